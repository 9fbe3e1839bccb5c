using System.Net;

namespace LinboPortal.Core.Remote;

/// <summary>Reaches LINBO on PCs. One implementation speaks SSH; tests put another in its place.</summary>
public interface ILinboClient
{
    /// <summary>Connects to LINBO on a PC, or takes up a connection that is still open.</summary>
    /// <exception cref="LinboClientException">LINBO does not answer, refuses our key, or shows another host key than before.</exception>
    Task<ILinboSession> ConnectAsync(LinboAddress client, CancellationToken ct);
}

/// <summary>Where LINBO on a PC answers.</summary>
/// <param name="HostId">Key of the host: its host key is pinned under it.</param>
/// <param name="Host">Its name, for messages.</param>
/// <param name="Address">Its address.</param>
/// <param name="Port">TCP port of LINBO's SSH server; null for the setting.</param>
public sealed record LinboAddress(Guid HostId, string Host, IPAddress Address, int? Port = null);

/// <summary>A connection to LINBO on one PC. Disposing it lets go of the connection; what runs on the PC goes on.</summary>
public interface ILinboSession : IAsyncDisposable
{
    /// <summary>Names the boot of the PC: another one means that it was restarted since.</summary>
    string BootId { get; }

    /// <summary>True where a task of that name was ever started in this boot.</summary>
    Task<bool> KnowsAsync(string task, CancellationToken ct);

    /// <summary>
    /// Starts a command detached from the connection, its output and exit code in files on the PC, unless a task of that name was started before in this boot;
    /// then gives its output from <paramref name="from"/> on, as it comes, and its end. Another connection can take it up at any offset.
    /// </summary>
    /// <param name="task">Name of the task: letters, digits, <c>-</c>.</param>
    /// <param name="command">What runs.</param>
    /// <param name="from">Offset in the output, in bytes.</param>
    /// <param name="ct">Ends the following, not the command.</param>
    /// <exception cref="LinboClientException">The connection broke.</exception>
    IAsyncEnumerable<TaskOutput> RunAsync(string task, LinboCommand command, long from, CancellationToken ct);

    /// <summary>Ends a task and all that it started; quietly where it has ended.</summary>
    Task StopAsync(string task, CancellationToken ct);

    /// <summary>Hands over the LINBO password that an upload needs (linbo-remote does it as <c>/tmp/rsyncd.secrets</c>), or takes it away again.</summary>
    Task LendPasswordAsync(bool lend, CancellationToken ct);

    /// <summary>Hides LINBO's own buttons on the PC while commands run, or brings them back (<c>gui_ctl</c>).</summary>
    Task ShowGuiAsync(bool show, CancellationToken ct);
}

/// <summary>What a task on a PC tells.</summary>
public abstract record TaskOutput
{
    private TaskOutput()
    {
    }

    /// <summary>A piece of output.</summary>
    /// <param name="Offset">Where it begins, in bytes.</param>
    /// <param name="Bytes">As the PC printed it: any bytes.</param>
    public sealed record Piece(long Offset, ReadOnlyMemory<byte> Bytes) : TaskOutput;

    /// <summary>The command ended.</summary>
    public sealed record Ended(int ExitCode) : TaskOutput;
}

/// <summary>Why a PC could not be worked on.</summary>
public enum LinboClientFailure
{
    /// <summary>Nothing answers at the address.</summary>
    Unreachable,

    /// <summary>It answers, but not as LINBO (no <c>/start.conf</c>).</summary>
    NotLinbo,

    /// <summary>It does not take our key.</summary>
    KeyRefused,

    /// <summary>It shows another host key than the one pinned.</summary>
    HostKeyChanged,

    /// <summary>It shows a host key that nobody knows.</summary>
    HostKeyUnknown,

    /// <summary>The connection broke.</summary>
    Lost,
}

/// <summary>LINBO on a PC cannot be worked with.</summary>
public sealed class LinboClientException(LinboClientFailure failure, string host, string detail, Exception? inner = null)
    : Exception($"{host}: {detail}", inner)
{
    /// <summary>What kind of failure.</summary>
    public LinboClientFailure Failure { get; } = failure;

    /// <summary>The PC.</summary>
    public string Host { get; } = host;

    /// <summary>In the words of the program that failed; never a secret.</summary>
    public string Detail { get; } = detail;
}
