using System.Runtime.CompilerServices;
using LinboPortal.Api;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Remote;
using LinboPortal.Infrastructure.Remote;

namespace LinboPortal.Remote;

/// <summary>Why a terminal ended.</summary>
internal enum TerminalEnd
{
    /// <summary>The person left the page or closed it.</summary>
    Left,

    /// <summary>The shell ended: <c>exit</c>, or the PC restarted.</summary>
    ShellEnded,

    /// <summary>The connection to the PC broke.</summary>
    Lost,

    /// <summary>Nobody typed for too long.</summary>
    Idle,
}

/// <summary>One open terminal. What is typed and printed passes through and is kept nowhere.</summary>
internal sealed partial class TerminalSession : IAsyncDisposable
{
    private readonly Terminals terminals;
    private readonly ShellSession shell;
    private readonly Person person;
    private readonly TerminalOptions options;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly CancellationTokenSource idle = new();
    private readonly DateTimeOffset openedAt;
    private readonly ITimer timer;
    private long lastKey;
    private bool isWarned;
    private bool isDisposed;

    internal TerminalSession(Terminals terminals, ShellSession shell, Person person, string host, TerminalOptions options, TimeProvider time, ILogger<TerminalSession> log)
    {
        (this.terminals, this.shell, this.person, Host, this.options, this.time, this.log) = (terminals, shell, person, host, options, time, log);
        openedAt = time.GetUtcNow();
        lastKey = time.GetTimestamp();
        timer = time.CreateTimer(_ => Look(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    /// <summary>The PC.</summary>
    public string Host { get; }

    /// <summary>Why it ended; null while it is open.</summary>
    public TerminalEnd? End { get; private set; }

    /// <summary>Raised when the warning comes or goes, with what is left; off the circuit.</summary>
    public event Action<TimeSpan?>? Warned;

    /// <summary>What the shell prints, until it ends; <see cref="End"/> says why then.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync([EnumeratorCancellation] CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, idle.Token);
        while (await NextAsync(either.Token, ct))
            while (shell.Output.TryRead(out var piece))
                yield return piece;
    }

    /// <summary>Hands over what was typed or pasted.</summary>
    public async Task TypeAsync(ReadOnlyMemory<byte> keys, CancellationToken ct)
    {
        Interlocked.Exchange(ref lastKey, time.GetTimestamp());
        try
        {
            await shell.Input.WriteAsync(keys, ct);
        }
        catch (System.Threading.Channels.ChannelClosedException)
        {
            // It has ended; the reader says why.
        }
    }

    /// <summary>The window has another size now.</summary>
    public void Resize(int columns, int rows) => shell.Resize(columns, rows);

    /// <summary>Closes it, and writes that down.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, true))
            return;
        await timer.DisposeAsync();
        await shell.DisposeAsync();
        End ??= TerminalEnd.Left;
        try
        {
            await terminals.ClosedAsync(person, Host, time.GetUtcNow() - openedAt, End.Value);
        }
        catch (Exception e) when (DatabaseGone.Explains(e))
        {
            LogNotWritten(person.UserName, Host, e.GetBaseException().Message);
        }

        idle.Dispose();
    }

    private async Task<bool> NextAsync(CancellationToken either, CancellationToken ct)
    {
        try
        {
            if (await shell.Output.WaitToReadAsync(either))
                return true;
            End ??= TerminalEnd.ShellEnded;
        }
        catch (LinboClientException)
        {
            End ??= TerminalEnd.Lost;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            End ??= TerminalEnd.Idle;
        }

        return false;
    }

    private void Look()
    {
        if (isDisposed)
            return;
        var left = TimeSpan.FromMinutes(options.IdleMinutes) - time.GetElapsedTime(Interlocked.Read(ref lastKey));
        if (left <= TimeSpan.Zero)
            idle.Cancel();
        else if (left <= TimeSpan.FromSeconds(options.WarnSeconds) is var shallWarn && shallWarn != isWarned)
            Warned?.Invoke((isWarned = shallWarn) ? left : null);
    }

    [LoggerMessage(LogLevel.Error, "The end of {Person}'s terminal on {Host} could not be written down: {Reason}")]
    private partial void LogNotWritten(string person, string host, string reason);
}
