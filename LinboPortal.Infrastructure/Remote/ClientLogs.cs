using System.Text;
using System.Text.RegularExpressions;
using LinboPortal.Infrastructure.Distribution;
using LinboPortal.Infrastructure.LinboTree;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>Keeps what clients hand over, under the names of linbo.md 12, without the password that they print into their logs.</summary>
public sealed partial class ClientLogs(LinboTree.LinboTree tree, LinboPassword password)
{
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
