using System.Text.Json;

namespace LinboPortal.Monitoring.Logs;

/// <summary>A line of the log as people read it.</summary>
/// <param name="At">When.</param>
/// <param name="Level">How bad.</param>
/// <param name="Source">The class that wrote it, without its namespace.</param>
/// <param name="Message">The sentence.</param>
/// <param name="Exception">Stack trace, where there is one.</param>
public sealed record LogLine(DateTimeOffset At, LogLevel Level, string Source, string Message, string? Exception)
{
    /// <summary>The PC that it is about; empty where none is named.</summary>
    public string Host { get; init; } = "";

    /// <summary>The number of the job that it is about; empty where none is named.</summary>
    public string Job { get; init; } = "";

    /// <summary>The address that it is about.</summary>
    public string Address { get; init; } = "";

    /// <summary>Where it stands in the files; no two lines stand in one place.</summary>
    internal LogPosition? Place { get; init; }

    /// <summary>Reads a line of the file; null where it is cut in two or half written.</summary>
    public static LogLine? Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var entry = json.RootElement;
            return new LogLine(
                entry.GetProperty("@t").GetDateTimeOffset(), LevelOf(Text(entry, "@l")), Text(entry, "SourceContext").Split('.')[^1],
                Text(entry, "@m"), entry.TryGetProperty("@x", out var exception) ? exception.GetString() : null)
            {
                Host = Text(entry, "Host"),
                Job = Text(entry, "Job"),
                Address = Text(entry, "Address") is { Length: > 0 } address ? address : Text(entry, "Client"),
            };
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

/// <summary>Which lines somebody wants to see.</summary>
/// <param name="Least">From this level on.</param>
internal sealed record LogFilter(LogLevel Least = LogLevel.Trace)
{
    /// <summary>In message, source or exception, ignoring case.</summary>
    public string Text { get; init; } = "";

    /// <summary>Name of a PC.</summary>
    public string Host { get; init; } = "";

    /// <summary>Number of a job.</summary>
    public string Job { get; init; } = "";

    /// <summary>Addresses of that PC: servers know no names.</summary>
    public IReadOnlyCollection<string> Addresses { get; init; } = [];

    public bool Matches(LogLine line) =>
        line.Level >= Least
        && (Host.Length == 0 || line.Host.Equals(Host, StringComparison.OrdinalIgnoreCase) || (line.Address.Length > 0 && Addresses.Contains(line.Address)))
        && (Job.Length == 0 || line.Job == Job)
        && (Text.Length == 0 || Has(line.Message) || Has(line.Source) || Has(line.Exception ?? ""));

    private bool Has(string text) => text.Contains(Text, StringComparison.OrdinalIgnoreCase);
}

/// <summary>A place in the log files: the lines before it are older.</summary>
/// <param name="File">Name of the file, without its directory.</param>
/// <param name="Offset">In bytes.</param>
internal sealed record LogPosition(string File, long Offset)
{
    /// <summary>Reads what <see cref="ToString"/> wrote; null for anything else.</summary>
    public static LogPosition? Parse(string? text) =>
        text?.Split(':') is [{ Length: > 0 and < 60 } file, var offset] && long.TryParse(offset, System.Globalization.NumberStyles.None, null, out var at)
            ? new LogPosition(file, at) : null;

    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{File}:{Offset}");
}

/// <summary>Some lines, newest first.</summary>
/// <param name="Lines">The lines.</param>
/// <param name="Older">Where to go on; null at the beginning of the log.</param>
/// <param name="End">Up to where the log was read; null where there is none.</param>
internal sealed record LogPage(IReadOnlyList<LogLine> Lines, LogPosition? Older, LogPosition? End);
