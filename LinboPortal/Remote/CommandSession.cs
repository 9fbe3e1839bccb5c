using LinboPortal.Api;
using LinboPortal.Core.Accounts;
using LinboPortal.Infrastructure.Remote;

namespace LinboPortal.Remote;

/// <summary>One command that a person's own program runs on a PC. What goes in and out passes through and is kept nowhere.</summary>
internal sealed partial class CommandSession(Terminals terminals, PcProgram program, Person person, string host, TimeProvider time, ILogger<TerminalSession> log)
    : IAsyncDisposable
{
    private const int LineBroke = 255;

    private readonly DateTimeOffset openedAt = time.GetUtcNow();
    private TerminalEnd end = TerminalEnd.Left;
    private bool isDisposed;

    /// <summary>What the command reads and writes.</summary>
    public PcProgram Program => program;

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code; 255 where the line broke.</returns>
    public async Task<int> EndAsync(CancellationToken ct)
    {
        var code = await program.EndAsync(ct);
        end = code == LineBroke ? TerminalEnd.Lost : TerminalEnd.ShellEnded;
        return code;
    }

    /// <summary>Ends it, and writes that down.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, true))
            return;
        await program.DisposeAsync();
        try
        {
            await terminals.ClosedAsync(person, host, time.GetUtcNow() - openedAt, end);
        }
        catch (Exception e) when (DatabaseGone.Explains(e))
        {
            LogNotWritten(person.UserName, host, e.GetBaseException().Message);
        }
    }

    [LoggerMessage(LogLevel.Error, "The end of {Person}'s command on {Host} could not be written down: {Reason}")]
    private partial void LogNotWritten(string person, string host, string reason);
}
