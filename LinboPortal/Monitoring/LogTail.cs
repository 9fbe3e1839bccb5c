using System.Text;
using System.Text.Json;
using LinboPortal.Infrastructure;
using Microsoft.Extensions.Options;

namespace LinboPortal.Monitoring;

/// <summary>A line of the log as people read it.</summary>
internal sealed record LogLine(DateTimeOffset At, LogLevel Level, string Source, string Message, string? Exception);

/// <summary>Reads the end of the newest log file.</summary>
internal sealed class LogTail(IOptions<PortalOptions> portal)
{
    private const int Window = 512 * 1024;

    /// <summary>The last lines of at least that level that contain the text, newest first.</summary>
    public async Task<IReadOnlyList<LogLine>> ReadAsync(LogLevel least, string? text, int count, CancellationToken ct)
    {
        var directory = new DirectoryInfo(PortalLogs.DirectoryOf(portal.Value));
        if (!directory.Exists || directory.GetFiles("portal-*.json").MaxBy(f => f.LastWriteTimeUtc) is not { } file)
            return [];
        await using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Seek(-Math.Min(Window, stream.Length), SeekOrigin.End);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var lines = (await reader.ReadToEndAsync(ct)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return
        [
            .. lines.Reverse().Select(Parse).OfType<LogLine>()
                .Where(l => l.Level >= least)
                .Where(l => string.IsNullOrWhiteSpace(text) || l.Message.Contains(text.Trim(), StringComparison.OrdinalIgnoreCase)
                    || l.Source.Contains(text.Trim(), StringComparison.OrdinalIgnoreCase))
                .Take(count),
        ];
    }

    // The first line of the window is cut in two as a rule, the last one may be half written.
    private static LogLine? Parse(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var entry = json.RootElement;
            return new LogLine(
                entry.GetProperty("@t").GetDateTimeOffset(), LevelOf(Text(entry, "@l")), Text(entry, "SourceContext").Split('.')[^1],
                Text(entry, "@m"), entry.TryGetProperty("@x", out var exception) ? exception.GetString() : null);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string Text(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? value.ToString() : "";

    private static LogLevel LevelOf(string level) => level switch
    {
        "Verbose" => LogLevel.Trace,
        "Debug" => LogLevel.Debug,
        "Warning" => LogLevel.Warning,
        "Error" => LogLevel.Error,
        "Fatal" => LogLevel.Critical,
        _ => LogLevel.Information,
    };
}
