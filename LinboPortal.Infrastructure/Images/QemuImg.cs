using System.Text.Json;
using System.Text.RegularExpressions;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Processes;

namespace LinboPortal.Infrastructure.Images;

/// <summary>What <c>qemu-img info</c> says of a file.</summary>
/// <param name="Format">For instance <c>qcow2</c>.</param>
/// <param name="VirtualSize">Bytes of the disk that it holds.</param>
internal sealed record QemuInfo(string Format, long VirtualSize);

/// <summary>
/// Asks <c>qemu-img</c>. Clients made the files: the format is never guessed, files that refer to others are not opened (the caller looks at
/// <see cref="Qcow2Header"/> first), and no question lasts longer than it may.
/// </summary>
internal sealed partial class QemuImg
{
    private static readonly TimeSpan LongestInfo = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestCheck = TimeSpan.FromMinutes(30);

    /// <summary>The program; null where it is not installed.</summary>
    public string? Program { get; init; } = Programs.Find("qemu-img");

    /// <summary>Format and size.</summary>
    /// <returns>Null and why, where it cannot be read.</returns>
    public async Task<(QemuInfo? Info, string Reason)> InfoAsync(string path, ImageFileKind kind, CancellationToken ct)
    {
        try
        {
            var result = await Run(path, ["info", "--output=json", "-U", .. Source(path, kind)], LongestInfo).RunAsync(ct, allowFailure: true);
            if (result.ExitCode != 0)
                return (null, Plain(result.LastError, path));
            using var json = JsonDocument.Parse(result.Output);
            return (new QemuInfo(json.RootElement.GetProperty("format").GetString() ?? "", json.RootElement.GetProperty("virtual-size").GetInt64()), "");
        }
        catch (Exception e) when (e is ProgramFailedException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return (null, Plain(e.Message, path));
        }
    }

    /// <summary>The format's own check of its tables.</summary>
    /// <returns>Empty where all is well, else what is wrong.</returns>
    public async Task<string> CheckAsync(string path, ImageFileKind kind, CancellationToken ct)
    {
        if (kind == ImageFileKind.Iso)
            return "";
        try
        {
            var result = await Run(path, ["check", "-q", "-U", .. Source(path, kind)], LongestCheck).RunAsync(ct, allowFailure: true);
            // 3: clusters that nobody uses, which costs room and harms nothing.
            return result.ExitCode is 0 or 3 ? "" : Plain(result.LastError, path);
        }
        catch (ProgramFailedException e)
        {
            return Plain(e.Message, path);
        }
    }

    private ProgramRun Run(string path, IReadOnlyList<string> arguments, TimeSpan timeout) =>
        Confinement.Reading(new ProgramRun(Program ?? "qemu-img", arguments) { Timeout = timeout }, path);

    // As JSON nothing in a path means anything, and a qdiff is looked at without the base that lies elsewhere.
    private static string[] Source(string path, ImageFileKind kind)
    {
        var file = new Dictionary<string, object?> { ["driver"] = "file", ["filename"] = path };
        var node = kind switch
        {
            ImageFileKind.Iso => new Dictionary<string, object?> { ["driver"] = "raw", ["file"] = file },
            _ => new Dictionary<string, object?> { ["driver"] = "qcow2", ["file"] = file, ["backing"] = null },
        };
        return ["json:" + JsonSerializer.Serialize(node)];
    }

    /// <summary>
    /// What qemu-img said, fit for people: without the description of the file that it was given, without the server's directories, and not cut off in the middle
    /// of them.
    /// </summary>
    public static string Plain(string said, params IEnumerable<string> paths)
    {
        var text = paths.Aggregate(said, (t, p) => Path.GetDirectoryName(p) is { Length: > 1 } directory ? t.Replace(directory + "/", "", StringComparison.Ordinal) : t);
        text = Paths().Replace(Descriptions().Replace(text, "the file"), "$1");
        if (text.StartsWith("qemu-img: ", StringComparison.Ordinal))
            text = text["qemu-img: ".Length..];
        return string.Concat(text.Take(200).Select(c => char.IsControl(c) ? '?' : c));
    }

    [GeneratedRegex(@"'?json:(\{.*\}'?|\{.*$)")]
    private static partial Regex Descriptions();

    [GeneratedRegex(@"(?<![\w.])/(?:[^\s'"":,;()]+/)+([^\s'"":,;()]*)")]
    private static partial Regex Paths();
}
