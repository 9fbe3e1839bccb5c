using System.Collections.Concurrent;
using System.Text;
using LinboPortal.Core.Boot;
using Microsoft.Extensions.Logging;

namespace LinboPortal.Infrastructure.Distribution;

/// <summary>Makes one observation of each transfer that ended: what the hook noted, what the daemon logged, what the portal answered.</summary>
internal sealed partial class RsyncReports(RsyncLog log, Action<BootObservation> report, TimeProvider time, ILogger<RsyncReports> logger)
{
    /// <summary>How long a transfer that ended waits for the daemon's line about it.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(120);

    /// <summary>How long a hook may take between the mark and the note on a machine with other work: a report is lost after that.</summary>
    private static readonly TimeSpan LongestMove = TimeSpan.FromSeconds(30);

    private const int MostAnswers = 1000;
    private const int LongestNote = 8192;

    private readonly ConcurrentDictionary<string, RsyncAnswers.Answer> answered = [];

    /// <summary>Told of each upload's end, with rsync's exit code or <c>refused</c>.</summary>
    public Action<RsyncTransfer, string, DateTimeOffset>? UploadEnded { get; init; }

    /// <summary>What an external daemon logs.</summary>
    public RsyncLogFile? LogFile { get; init; }

    /// <summary>True where transfers ended so lately that they are not reported yet.</summary>
    public bool HasWaiting { get; private set; }

    /// <summary>Keeps what was answered to rsync's process until its transfer ends.</summary>
    public void Remember(string process, RsyncAnswers.Answer answer)
    {
        if (answered.Count < MostAnswers)
            answered[process] = answer;
    }

    /// <summary>Reports what lies in the spool, and removes it.</summary>
    public void TakeIn(string spool)
    {
        HasWaiting = false;
        LogFile?.TakeNew();
        foreach (var end in new DirectoryInfo(spool).GetFiles("*.end").OrderBy(f => f.LastWriteTimeUtc))
        {
            var endedAt = new DateTimeOffset(end.LastWriteTimeUtc);
            // The mark is made just before the note moves beside it; where none comes it was a transfer whose note could not be written.
            var note = Directory.GetFiles(spool, Path.GetFileNameWithoutExtension(end.Name) + ".*").FirstOrDefault(f => !f.EndsWith(".end", StringComparison.Ordinal));
            if ((time.GetUtcNow() - endedAt).Duration() < (note is null ? LongestMove : Settling))
            {
                HasWaiting = true;
                continue;
            }

            if (note is not null)
            {
                Report(note, endedAt);
                File.Delete(note);
            }

            end.Delete();
        }
    }

    private void Report(string note, DateTimeOffset endedAt)
    {
        var parts = Path.GetFileName(note).Split('.');
        if (RsyncTransfer.Read(ReadStart(note), File.GetLastWriteTimeUtc(note)) is not { } transfer)
            return;
        answered.TryRemove(parts[0], out var answer);
        var outcome = RsyncTransfer.OutcomeOf(parts[^1]);
        if (transfer is { Module: RsyncConfig.UploadModule, IsDry: false })
            UploadEnded?.Invoke(transfer, parts[^1], endedAt);
        if (transfer.IsDry && outcome == BootStepOutcome.Served)
            return;
        var sent = log.Collect(transfer.Client, transfer.Path.TrimStart('/'), transfer.StartedAt.AddSeconds(-1));
        var (bytes, size) = sent is { } s ? (s.Bytes, (long?)s.Size) : (0, null);
        if (answer?.Taken is { } taken)
            (outcome, bytes, size) = (BootStepOutcome.Served, taken, taken);
        var duration = endedAt > transfer.StartedAt ? endedAt - transfer.StartedAt : TimeSpan.Zero;
        LogTransfer(transfer.Client, $"{transfer.Module}/{transfer.Shown}", bytes, duration.TotalSeconds, outcome);
        report(new BootObservation(
            transfer.Client, null, transfer.Kind, transfer.Shown, transfer.StartedAt, duration, bytes, size, 0, outcome, Detail(transfer, parts[^1], answer)));
    }

    private static string? Detail(RsyncTransfer transfer, string status, RsyncAnswers.Answer? answer) => (answer?.Detail, status) switch
    {
        ({ } detail, _) => detail,
        (_, "refused") when transfer.Module == RsyncConfig.UploadModule => $"the upload was refused ({transfer.After.Split(' ')[^1]})",
        (_, "refused") => "refused: it is for another PC",
        (_, "0" or "23" or "24") => null,
        _ => $"rsync code {status}",
    };

    private static string ReadStart(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var buffer = new byte[LongestNote];
        return Encoding.UTF8.GetString(buffer, 0, file.ReadAtLeast(buffer, LongestNote, throwOnEndOfStream: false));
    }

    [LoggerMessage(LogLevel.Information, "rsync {Client} {Path}: {Bytes} bytes in {Seconds:0.000} s, {Outcome}")]
    partial void LogTransfer(System.Net.IPAddress client, string path, long bytes, double seconds, BootStepOutcome outcome);
}
