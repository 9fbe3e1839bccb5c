using System.Runtime.CompilerServices;
using System.Text;
using LinboPortal.Core.Remote;
using LinboPortal.Infrastructure.Distribution;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>Reaches LINBO over SSH.</summary>
public sealed class SshLinboClient(SshConnections connections, LinboPassword password, AskingHosts hosts) : ILinboClient
{
    private const int Attempts = 2;

    /// <inheritdoc/>
    public async Task<ILinboSession> ConnectAsync(LinboAddress client, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new SshLinboSession(connections, await connections.TakeAsync(client, ct), password, hosts);
            }
            catch (LinboClientException e) when (e.Failure == LinboClientFailure.Lost && attempt < Attempts)
            {
                // The connection that was kept is dead: a new one.
            }
        }
    }
}

/// <summary>Works with LINBO on one PC.</summary>
internal sealed class SshLinboSession(SshConnections connections, SshConnection connection, LinboPassword password, AskingHosts hosts) : ILinboSession
{
    private const int LargestPiece = 64 * 1024;
    private const int MostStarts = 10;
    private const int LastWords = 1024;

    /// <summary>A follower ends at the first megabyte that passes its stretch; a PC that goes on is not LINBO.</summary>
    private const int LongestStretch = TaskScript.Stretch + 2 * 1024 * 1024;
    private bool isReleased;

    /// <inheritdoc/>
    public string BootId => connection.BootId;

    /// <inheritdoc/>
    public async Task<bool> KnowsAsync(string task, CancellationToken ct) => (await connection.RunAsync(TaskScript.Knows(Name(task)), ct)).ExitCode == 0;

    /// <inheritdoc/>
    public async IAsyncEnumerable<TaskOutput> RunAsync(string task, LinboCommand command, long from, [EnumeratorCancellation] CancellationToken ct)
    {
        var (start, starts) = (TaskScript.Start(Name(task), command), 1);
        var script = start;
        while (true)
        {
            await using var run = await connection.StartAsync(script + TaskScript.Follow(task, from), ct);
            var words = new StringBuilder();
            var stretch = from + LongestStretch;
            var lastSign = connections.Time.GetTimestamp();
            while (!run.HasEnded)
            {
                var piece = run.TakeOutput(LargestPiece);
                var word = run.TakeErrors();
                words.Append(word);
                if (words.Length > LastWords)
                    words.Remove(0, words.Length - LastWords);
                if (piece.Length > 0 || word.Length > 0)
                    lastSign = connections.Time.GetTimestamp();
                if (piece.Length > 0)
                {
                    yield return new TaskOutput.Piece(from, piece);
                    from += piece.Length;
                    if (from > stretch)
                        run.End("sends more output than was asked for: the connection was closed");
                }
                else if (connections.Time.GetElapsedTime(lastSign) > connections.Silence)
                {
                    throw connection.Break($"no sign of life for {connections.Silence.TotalSeconds:0} s");
                }

                await WaitAsync(run, piece.Length > 0, ct);
            }

            if (EndOf(words, run) is { } code)
            {
                yield return new TaskOutput.Ended(code);
                yield break;
            }

            script = "";
            if (LastWord(words) != TaskScript.Unstarted)
                continue;
            if (starts++ < MostStarts)
                script = start;
            else if (starts == MostStarts + 1)
                await StopAsync(task, ct); // it must not start once nobody waits for it
            else
                throw connection.Break("the command cannot be started");
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(string task, CancellationToken ct) => await connection.RunAsync(TaskScript.Stop(Name(task)), ct);

    /// <inheritdoc/>
    public async Task LendPasswordAsync(bool lend, CancellationToken ct)
    {
        if (lend && !connection.IsKeyKnown && !await IsAtHomeAsync(ct))
        {
            throw new LinboClientException(
                LinboClientFailure.HostKeyUnknown, connection.Client.Host,
                "the password for uploads is not handed over: nothing but a first contact speaks for the host key, and the address is neither fixed nor a neighbour's");
        }

        var answer = lend
            ? await connection.RunAsync(TaskScript.Lend, ct, Encoding.UTF8.GetBytes($"linbo:{password.Read()}\n"))
            : await connection.RunAsync(TaskScript.TakeBack, ct);
        if (answer.ExitCode != 0)
            throw new LinboClientException(LinboClientFailure.Lost, connection.Client.Host, $"the password for uploads cannot be handed over: {answer.Errors}");
    }

    private async Task<bool> IsAtHomeAsync(CancellationToken ct) =>
        await hosts.FindAsync(connection.Client.Address, ct) is { } host && host.Id == connection.Client.HostId && hosts.MayHaveSecrets(host);

    /// <inheritdoc/>
    public async Task ShowGuiAsync(bool show, CancellationToken ct) => await connection.RunAsync(TaskScript.Gui(show), ct);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (!Interlocked.Exchange(ref isReleased, true))
            connections.Release(connection);
        return ValueTask.CompletedTask;
    }

    private async Task WaitAsync(SshCommandRun run, bool gotSomething, CancellationToken ct)
    {
        try
        {
            await run.WaitAsync(gotSomething, ct);
        }
        catch (LinboClientException e)
        {
            throw connection.Break(e.Detail);
        }
    }

    /// <summary>The exit code; null where there is more to follow.</summary>
    private int? EndOf(StringBuilder words, SshCommandRun run)
    {
        words.Append(run.TakeErrors());
        var last = LastWord(words);
        if (last is TaskScript.More or TaskScript.Unstarted)
            return null;
        if (last.StartsWith(TaskScript.Ended + " ", StringComparison.Ordinal) && int.TryParse(last[(TaskScript.Ended.Length + 1)..], out var code))
            return code;
        throw connection.Break($"the follower ended with {run.HowItEnded}: {last}");
    }

    private static string LastWord(StringBuilder words) =>
        words.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";

    private static string Name(string task) =>
        TaskScript.IsName(task) ? task : throw new ArgumentException($"'{task}' is no name of a task.", nameof(task));
}
