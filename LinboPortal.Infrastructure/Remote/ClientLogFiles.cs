using System.IO.Compression;
using System.Text;
using LinboPortal.Core.Hosts;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>A file that a PC handed over.</summary>
/// <param name="Kind">What stands behind the PC's name, for instance <c>_linbo.log</c>.</param>
/// <param name="At">When it was written last (UTC).</param>
/// <param name="Bytes">Its size.</param>
public sealed record ClientLogFile(string Kind, DateTimeOffset At, long Bytes);

/// <summary>Reads what clients handed over (linbo.md 12); the counterpart of <see cref="ClientLogs"/>.</summary>
public sealed class ClientLogFiles(LinboTree.LinboTree tree)
{
    private const int LongestTail = 256 * 1024;
    private const long LargestReport = 8 * 1024 * 1024;
    private static readonly string[] Kinds =
        ["_linbo.log", "_linbo.log.1", "_image.status", "_image.log", "_image.log.1", "_patch.log", "_patch.log.1", ".linbo-remote"];

    /// <summary>The logs of a PC that there are.</summary>
    public IReadOnlyList<ClientLogFile> Of(string host) =>
        [.. Kinds.Select(kind => (Kind: kind, File: Find(host, kind))).Where(f => f.File is not null)
            .Select(f => new ClientLogFile(f.Kind, new DateTimeOffset(f.File!.LastWriteTimeUtc, TimeSpan.Zero), f.File.Length))];

    /// <summary>The end of a log; null where there is none. Whole lines, without control characters.</summary>
    public async Task<string?> TailAsync(string host, string kind, CancellationToken ct)
    {
        if (!Kinds.Contains(kind) || Find(host, kind) is not { } file)
            return null;
        await using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var isCut = stream.Length > LongestTail;
        stream.Seek(-Math.Min(LongestTail, stream.Length), SeekOrigin.End);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var text = await reader.ReadToEndAsync(ct);
        if (isCut)
            text = text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..];
        return string.Concat(text.Where(c => c == '\n' || !char.IsControl(c)));
    }

    /// <summary>What the PC's hardware report says, and when it came; null where there is none that can be read.</summary>
    public async Task<(HardwareFacts Facts, DateTimeOffset At)?> HardwareAsync(string host, CancellationToken ct)
    {
        if (Find(host, "_hwinfo.gz") is not { } file)
            return null;
        try
        {
            await using var stream = file.OpenRead();
            await using var unpacked = new GZipStream(stream, CompressionMode.Decompress);
            // A client packed it: a few kilobytes may hide gigabytes.
            using var memory = new MemoryStream();
            var buffer = new byte[64 * 1024];
            for (int read; memory.Length < LargestReport && (read = await unpacked.ReadAsync(buffer, ct)) > 0;)
                memory.Write(buffer, 0, read);
            memory.Position = 0;
            using var reader = new StreamReader(memory, Encoding.UTF8);
            return (HardwareReport.Read(reader), new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero));
        }
        catch (InvalidDataException)
        {
            // Half a file or none of gzip: as good as none.
            return null;
        }
    }

    private FileInfo? Find(string host, string kind)
    {
        // Names of hosts are checked where they are made; a path is no place to rely on it.
        if (host.Length == 0 || host.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_')))
            return null;
        var file = new FileInfo(Path.Combine(tree.LogDirectory, host + kind));
        return file is { Exists: true, LinkTarget: null } ? file : null;
    }
}
