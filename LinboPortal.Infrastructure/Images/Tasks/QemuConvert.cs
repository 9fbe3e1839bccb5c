using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using LinboPortal.Infrastructure.Processes;

namespace LinboPortal.Infrastructure.Images.Tasks;

/// <summary>Has <c>qemu-img</c> write an image anew. The format is always said and never guessed, and what a file refers to is not followed.</summary>
internal sealed partial class QemuConvert(QemuImg qemu)
{
    private const int LongestProgress = 64;

    /// <summary>True where the program is there.</summary>
    public bool IsThere => qemu.Program is not null;

    /// <summary>A source that consists of one file.</summary>
    public static object Alone(string path, string format) => format is "qcow2" or "vmdk"
        ? new Dictionary<string, object?> { ["driver"] = format, ["file"] = FileNode(path), ["backing"] = null }
        : new Dictionary<string, object?> { ["driver"] = format, ["file"] = FileNode(path) };

    /// <summary>A source that consists of what differs and its base.</summary>
    public static object On(string path, string basePath) => new Dictionary<string, object?>
    {
        ["driver"] = "qcow2",
        ["file"] = FileNode(path),
        ["backing"] = Alone(basePath, "qcow2"),
    };

    /// <summary>Bytes that the result may take.</summary>
    public async Task<long> MeasureAsync(object source, CancellationToken ct)
    {
        var measure = new ProgramRun(qemu.Program ?? "qemu-img", ["measure", "--output=json", "-U", "-O", "qcow2", Json(source)]);
        var result = await Confinement.Writing(measure).RunAsync(ct, allowFailure: true);
        if (result.ExitCode != 0)
            throw new ProgramFailedException($"qemu-img measure: {QemuImg.Plain(result.LastError)}");
        using var json = JsonDocument.Parse(result.Output);
        return json.RootElement.GetProperty("required").GetInt64();
    }

    /// <summary>Writes a qcow2.</summary>
    /// <param name="source">What is read.</param>
    /// <param name="target">The new file; one that is there is written over.</param>
    /// <param name="compress">As LINBO's own images are.</param>
    /// <param name="progress">Told of the share that is done, 0 to 1.</param>
    /// <param name="ct">Ends it; the program is killed.</param>
    /// <exception cref="ProgramFailedException">It is missing or failed.</exception>
    public async Task RunAsync(object source, string target, bool compress, Action<double> progress, CancellationToken ct)
    {
        var program = qemu.Program ?? throw new ProgramFailedException("qemu-img is not installed");
        string[] flags = compress ? ["-c"] : [];
        var (code, said) = await FollowAsync(program, ["convert", "-p", "-U", .. flags, "-O", "qcow2", Json(source), target], progress, ct);
        if (code == 0)
            return;
        if (SaysFull(said))
            throw ImageSpace.FullDisk(said);
        throw new ProgramFailedException($"qemu-img convert: {QemuImg.Plain(said, target)}");
    }

    /// <summary>True where two disks hold the same, wherever in their files.</summary>
    /// <exception cref="ProgramFailedException">One of them cannot be read.</exception>
    public async Task<bool> IsSameAsync(object one, object other, Action<double> progress, CancellationToken ct)
    {
        var program = qemu.Program ?? throw new ProgramFailedException("qemu-img is not installed");
        var (code, said) = await FollowAsync(program, ["compare", "-p", "-U", Json(one), Json(other)], progress, ct);
        return code switch
        {
            0 => true,
            1 => false,
            _ => throw new ProgramFailedException($"qemu-img compare: {QemuImg.Plain(said)}"),
        };
    }

    /// <summary>Runs it to its end; it is killed where that is wanted.</summary>
    private static async Task<(int Code, string Said)> FollowAsync(string program, IReadOnlyList<string> arguments, Action<double> progress, CancellationToken ct)
    {
        IReadOnlyList<string> front = [.. Confinement.ForWriting(), program, .. arguments];
        // Ends with the portal, so that a file that is begun anew has one writer.
        using var process = await ProcessLauncher.StartAsync(new ProcessPlan("qemu-img", front[0], [.. front.Skip(1)]));
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None); // ends with the process
        try
        {
            await FollowAsync(process.StandardOutput, progress, ct);
            await process.WaitForExitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None); // it is dead: nothing writes to the file any more
            throw;
        }

        return (process.ExitCode, (await errors).Trim());
    }

    /// <summary>Writes another base's name into a file that differs from it; the content of both stays as it is.</summary>
    public async Task NameBaseAsync(string path, string baseName, CancellationToken ct)
    {
        var rebase = new ProgramRun(qemu.Program ?? "qemu-img", ["rebase", "-u", "-f", "qcow2", "-F", "qcow2", "-b", baseName, path]);
        var result = await Confinement.Writing(rebase).RunAsync(ct, allowFailure: true);
        if (result.ExitCode != 0)
            throw SaysFull(result.Errors) ? ImageSpace.FullDisk(result.LastError) : new ProgramFailedException($"qemu-img rebase: {QemuImg.Plain(result.LastError, path)}");
    }

    private static bool SaysFull(string said) => said.Contains("No space left", StringComparison.Ordinal) || said.Contains("quota exceeded", StringComparison.Ordinal);

    private static Dictionary<string, object?> FileNode(string path) => new() { ["driver"] = "file", ["filename"] = path };

    private static string Json(object source) => "json:" + JsonSerializer.Serialize(source);

    /// <summary>It writes <c>    (12.34/100%)</c> and goes back to the beginning of the line.</summary>
    private static async Task FollowAsync(StreamReader output, Action<double> progress, CancellationToken ct)
    {
        var buffer = new char[LongestProgress];
        var left = "";
        for (int read; (read = await output.ReadAsync(buffer, ct)) > 0;)
        {
            var text = left + new string(buffer, 0, read);
            if (Percent().Matches(text) is [.., var last] && double.TryParse(last.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var percent))
                progress(percent / 100);
            left = text.Length > LongestProgress ? text[^LongestProgress..] : text;
        }
    }

    [GeneratedRegex(@"\((\d+\.\d+)/100%\)")]
    private static partial Regex Percent();
}
