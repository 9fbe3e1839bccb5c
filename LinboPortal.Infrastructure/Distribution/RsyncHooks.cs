using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LinboPortal.Infrastructure.Distribution;

/// <summary>
/// The portal's end of the hooks: answers questions before a transfer, and takes in what the hook left of each transfer, also of those that
/// ended while the portal was down.
/// </summary>
internal sealed partial class RsyncHooks(RsyncSetup setup, RsyncAnswers answers, RsyncReports reports, TimeProvider time, ILogger<RsyncHooks> logger)
    : BackgroundService
{
    private const int MostAtOnce = 32;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    /// <summary>Longer than the client waits: what is on its way still arrives.</summary>
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(8);

    /// <summary>Questions by their file, which stays until the client has read the answer.</summary>
    private readonly ConcurrentDictionary<string, byte> inHand = [];
    private readonly SemaphoreSlim places = new(MostAtOnce, MostAtOnce);

    /// <summary>When it last looked whether something ended; null before the first time.</summary>
    public DateTimeOffset? LookedAt { get; private set; }

    /// <summary>Why the last look failed; empty where it did not.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>Since when the oldest transfer that ended has been waiting to be taken in; null where none waits.</summary>
    public DateTimeOffset? WaitingSince => Directory.Exists(Folder.Spool) && new DirectoryInfo(Folder.Spool).GetFiles("*.end") is { Length: > 0 } ends
        ? ends.Min(e => e.LastWriteTimeUtc) : null;

    private RsyncFolder Folder => setup.Folder;

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Folder.Make();
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        places.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var asks = Watch(Folder.Ask, wake.Writer);
        using var spool = Watch(Folder.Spool, wake.Writer);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                TakeQuestions(stoppingToken);
                reports.TakeIn(Folder.Spool);
                Problem = "";
            }
            catch (Exception e)
            {
                Problem = e.Message;
                LogFailed(e);
            }

            LookedAt = time.GetUtcNow();

            await WaitAsync(wake.Reader, stoppingToken);
        }
    }

    private void TakeQuestions(CancellationToken stop)
    {
        var questions = Directory.GetFiles(Folder.Ask);
        foreach (var question in questions)
        {
            if (Path.GetFileName(question) is var name && name[0] != '.' && inHand.TryAdd(question, 0))
                _ = AnswerAsync(question, name, stop);
        }

        foreach (var answered in inHand.Keys.Except(questions))
            inHand.TryRemove(answered, out _);
    }

    private async Task WaitAsync(ChannelReader<bool> wake, CancellationToken stop)
    {
        using var pause = CancellationTokenSource.CreateLinkedTokenSource(stop);
        // What ended a moment ago waits for the daemon's own line about it.
        pause.CancelAfter(reports.HasWaiting ? RsyncReports.Settling : Poll);
        try
        {
            await wake.ReadAsync(pause.Token);
        }
        catch (OperationCanceledException)
        {
            // Time for the next look; inotify may have missed something.
        }
    }

    private async Task AnswerAsync(string fifo, string process, CancellationToken stop)
    {
        await places.WaitAsync(stop);
        try
        {
            var note = Path.Combine(Folder.Run, process);
            if (await WordAsync(await File.ReadAllTextAsync(note, stop), File.GetLastWriteTimeUtc(note), process, stop) is { } word)
                await WriteAsync(fifo, word);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogUnanswered(e);
            await WriteAsync(fifo, "error");
        }
        finally
        {
            places.Release();
        }
    }

    /// <summary>The answer to a note of the hook; null where it is none.</summary>
    internal async Task<string?> WordAsync(string note, DateTimeOffset startedAt, string process, CancellationToken ct)
    {
        if (RsyncTransfer.Read(note, startedAt) is not { } asked)
            return null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(LongestAnswer);
        var answer = await answers.AnswerAsync(asked, limit.Token);
        reports.Remember(process, answer);
        return answer.Word;
    }

    /// <summary>Opened for both directions a FIFO never blocks, whether or not the client still waits.</summary>
    private static async Task WriteAsync(string fifo, string word)
    {
        try
        {
            await using var file = new FileStream(fifo, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 1, useAsync: false);
            file.Write(System.Text.Encoding.ASCII.GetBytes(word + "\n"));
        }
        catch (IOException)
        {
            // The client has stopped waiting.
        }
    }

    private static FileSystemWatcher Watch(string directory, ChannelWriter<bool> wake)
    {
        var watcher = new FileSystemWatcher(directory) { NotifyFilter = NotifyFilters.FileName };
        watcher.Created += (_, _) => wake.TryWrite(true);
        watcher.Renamed += (_, _) => wake.TryWrite(true);
        watcher.EnableRaisingEvents = true;
        return watcher;
    }

    [LoggerMessage(LogLevel.Error, "The rsync hooks' files could not be read")]
    partial void LogFailed(Exception exception);

    [LoggerMessage(LogLevel.Warning, "A client's request could not be answered; it goes on without")]
    partial void LogUnanswered(Exception exception);
}
