using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace LinboPortal.Infrastructure.Distribution;

/// <summary>
/// The lines that the daemon writes about files that went over the wire. They name the client and the file; the hook knows neither bytes nor
/// the process that wrote them, so that both are joined by address and path.
/// </summary>
internal sealed partial class RsyncLog(TimeProvider time)
{
    private const int Capacity = 4096;

    private readonly Lock gate = new();
    private readonly LinkedList<Line> lines = [];

    internal sealed record Line(IPAddress Client, long Bytes, long Size, string Path, DateTimeOffset At);

    /// <summary>Told of each upload that was refused for its password; must neither block nor throw.</summary>
    public Action<IPAddress, DateTimeOffset>? LoginRefused { get; set; }

    /// <summary>Takes a line of the daemon; false where it is none about a file or a refused login.</summary>
    public bool Take(string text)
    {
        if (RefusedLogin().Match(text) is { Success: true } refused && IPAddress.TryParse(refused.Groups["client"].Value, out var stranger))
        {
            LoginRefused?.Invoke(stranger.IsIPv4MappedToIPv6 ? stranger.MapToIPv4() : stranger, time.GetUtcNow());
            return true;
        }

        var at = text.IndexOf(RsyncConfig.TransferWord + " ", StringComparison.Ordinal);
        if (at < 0 || text[at..].Split(' ', 5) is not [_, var address, var bytes, var size, var path]
            || !IPAddress.TryParse(address, out var client)
            || !long.TryParse(bytes, NumberStyles.None, CultureInfo.InvariantCulture, out var sent)
            || !long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var length))
            return false;
        lock (gate)
        {
            lines.AddLast(new Line(client, sent, length, path.TrimStart('/'), time.GetUtcNow()));
            if (lines.Count > Capacity)
                lines.RemoveFirst();
        }

        return true;
    }

    /// <summary>What went to the client of a path, or of what lies below it, since a time; it is told once.</summary>
    /// <returns>Bytes on the wire and the size of the files; null where nothing went.</returns>
    public (long Bytes, long Size)? Collect(IPAddress client, string path, DateTimeOffset since)
    {
        long bytes = 0, size = 0;
        var found = false;
        lock (gate)
        {
            for (var node = lines.First; node is not null;)
            {
                var next = node.Next;
                var line = node.Value;
                if (line.Client.Equals(client) && line.At >= since && IsBelow(line.Path, path))
                {
                    bytes += line.Bytes;
                    size += line.Size;
                    found = true;
                    lines.Remove(node);
                }

                node = next;
            }
        }

        return found ? (bytes, size) : null;
    }

    // The name of the user that follows is the client's own word.
    [GeneratedRegex(@"^\S+ \S+ \[\d+\] auth failed on module linbo-upload from \S+ \((?<client>[0-9a-fA-F.:]+)\)")]
    private static partial Regex RefusedLogin();

    private static bool IsBelow(string file, string asked)
    {
        var whole = string.Join('/', asked.Split('/', StringSplitOptions.RemoveEmptyEntries));
        return whole.Length == 0 || file == whole || file.StartsWith(whole + "/", StringComparison.Ordinal);
    }
}
