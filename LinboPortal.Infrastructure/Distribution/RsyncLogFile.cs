using System.Text;

namespace LinboPortal.Infrastructure.Distribution;

/// <summary>Reads along what an external daemon writes into its log, and keeps the file small.</summary>
internal sealed class RsyncLogFile(string path, RsyncLog log)
{
    private const long Largest = 8 * 1024 * 1024;

    private long position;
    private string begun = "";

    /// <summary>Takes in the lines since the last time.</summary>
    public void TakeNew()
    {
        if (!File.Exists(path))
            return;
        using var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        if (stream.Length < position)
            (position, begun) = (0, "");
        if (stream.Length == position)
            return;
        stream.Seek(position, SeekOrigin.Begin);
        using var reader = new StreamReader(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        var lines = (begun + reader.ReadToEnd()).Split('\n');
        foreach (var line in lines[..^1])
            log.Take(line);
        (position, begun) = (stream.Position, lines[^1]);
        if (position < Largest || begun.Length > 0)
            return;
        stream.SetLength(0); // the daemon appends, wherever the end is
        position = 0;
    }
}
