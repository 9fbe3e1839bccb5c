using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using LinboPortal.Infrastructure.Distribution;
using LinboPortal.Infrastructure.LinboTree;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>Keeps what clients hand over, under the names of linbo.md 12, without the password that they print into their logs.</summary>
public sealed partial class ClientLogs(LinboTree.LinboTree tree, LinboPassword password)
{
    /// <summary>Bytes that are taken of a log at once.</summary>
    internal const int LongestTaken = 1024 * 1024;

    private const string BootLog = "linbo.log";
    private const string BootNote = "linbo.boot";
    private const long LongestLog = 4 * 1024 * 1024;
    private const int MostImages = 500;
    private readonly Lock gate = new();

    /// <summary>Adds to the end of a log; a log that has grown too long starts anew, and one old one is kept.</summary>
    public void Append(string host, string kind, byte[] content)
    {
        var path = PathOf(host, kind);
        lock (gate)
        {
            if (new FileInfo(path) is { Exists: true, Length: > LongestLog })
                File.Move(path, path + ".1", overwrite: true);
            using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, UnixCreateMode = AtomicFile.Private });
            file.Write(Mask(content));
        }
    }

    /// <summary>True where LINBO's log of that boot is there, handed over by the PC or fetched.</summary>
    internal bool HasBoot(string host, string boot)
    {
        lock (gate)
            return ReadNote(host) is [var known, ..] && known == boot;
    }

    /// <summary>Adds LINBO's log of a boot. What was fetched of it before the PC handed it over stands there once.</summary>
    /// <param name="host">The PC's name.</param>
    /// <param name="content">The log.</param>
    /// <param name="boot">Names the boot, as the PC does.</param>
    /// <param name="isFetched">True where the portal fetched it, false where the PC asked for that.</param>
    internal void AppendBoot(string host, byte[] content, string boot, bool isFetched)
    {
        lock (gate)
        {
            var start = ReadNote(host) is [var known, var length, var hash] && known == boot
                && int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= content.Length
                && hash == Hash(content.AsSpan(0, count)) ? count : 0;
            if (content.Length > start)
                Append(host, BootLog, content[start..]);
            AtomicFile.Write(PathOf(host, BootNote), isFetched ? $"{boot} {content.Length} {Hash(content)}\n" : boot + "\n", AtomicFile.Private);
        }
    }

    /// <summary>Puts the content in the place of the old one.</summary>
    public void Replace(string host, string kind, byte[] content) =>
        AtomicFile.Write(PathOf(host, kind), kind == "hwinfo.gz" ? content : Mask(content), AtomicFile.Private);

    /// <summary>Adds lines of image.status: some clients hand over what they did last and nothing else, so that a line takes the place of that of the same image only.</summary>
    public void Merge(string host, string kind, byte[] content)
    {
        var path = PathOf(host, kind);
        lock (gate)
        {
            var old = File.Exists(path) ? File.ReadAllText(path, Encoding.Latin1) : "";
            var lines = (old + "\n" + Encoding.Latin1.GetString(Mask(content))).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var newest = lines.Reverse().DistinctBy(ImageOf).Take(MostImages).Reverse();
            AtomicFile.Write(path, Encoding.Latin1.GetBytes(string.Join('\n', newest) + "\n"), AtomicFile.Private);
        }
    }

    // <YYYYMMDDHHMM> applied: <image> <timestamp>
    private static string ImageOf(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, var image, ..] ? image : line;

    private string PathOf(string host, string kind) => Path.Combine(tree.LogDirectory, $"{host}_{kind}");

    // <boot>, and where the portal fetched it <bytes> <hash of them>
    private string[] ReadNote(string host)
    {
        var file = new FileInfo(PathOf(host, BootNote));
        return file is { Exists: true, LinkTarget: null, Length: < 256 } ? File.ReadAllText(file.FullName).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries) : [];
    }

    private static string Hash(ReadOnlySpan<byte> content) => Convert.ToHexString(SHA256.HashData(content));

    private byte[] Mask(byte[] content)
    {
        // As bytes, whatever encoding the client writes.
        var secret = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(password.Read()));
        var text = Encoding.Latin1.GetString(content).Replace(secret, "***", StringComparison.Ordinal);
        return Encoding.Latin1.GetBytes(Token().Replace(text, "linbo:***"));
    }

    [GeneratedRegex(@"linbo:[^\s]+")]
    private static partial Regex Token();
}
