using LinboPortal.Infrastructure;
using Microsoft.Extensions.Options;

namespace LinboPortal.Monitoring.Logs;

/// <summary>Reads the log files, newest line first.</summary>
internal sealed class LogTail(IOptions<PortalOptions> portal, IOptions<LogsOptions> logs)
{
    /// <summary>Whoever looks for something seldom goes on from there: nobody makes the portal read all files at once.</summary>
    private const long MostRead = 48 * 1024 * 1024;

    /// <summary>The lines that match.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="count">At most so many.</param>
    /// <param name="before">Only older ones; null from the end on.</param>
    /// <param name="after">Only newer ones; null to the beginning.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<LogPage> ReadAsync(LogFilter filter, int count, LogPosition? before, LogPosition? after, CancellationToken ct)
    {
        List<LogLine> lines = [];
        LogPosition? end = null;
        var left = MostRead;
        foreach (var name in Files().Where(f => before is null || Compare(f, before.File) <= 0).Where(f => after is null || Compare(f, after.File) >= 0))
        {
            await using var stream = Open(name);
            if (stream is null)
                continue;
            var from = before?.File == name ? before.Offset : stream.Length;
            end ??= new LogPosition(name, from);
            var file = new BackwardLines(stream, from);
            await foreach (var (offset, text) in file.ReadAsync(ct))
            {
                if (after?.File == name && offset < after.Offset)
                    return new LogPage(lines, after, end);
                if (LogLine.Parse(text) is { } line && filter.Matches(line))
                    lines.Add(line with { Place = new LogPosition(name, offset) });
                if (lines.Count == count || file.Read > left)
                    return new LogPage(lines, new LogPosition(name, offset), end);
            }

            left -= file.Read;
        }

        return new LogPage(lines, null, end);
    }

    private string Directory => PortalLogs.DirectoryOf(portal.Value, logs.Value);

    private List<string> Files() => new DirectoryInfo(Directory) is { Exists: true } directory
        ? [.. directory.GetFiles("portal-*.json").Select(f => f.Name).OrderDescending(StringComparer.Ordinal)] : [];

    // The oldest file may be thrown away at any moment.
    private FileStream? Open(string name)
    {
        try
        {
            return new FileStream(
                Path.Combine(Directory, name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.Asynchronous);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private static int Compare(string file, string other) => string.CompareOrdinal(file, other);
}
