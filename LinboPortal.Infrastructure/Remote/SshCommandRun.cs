using System.Text;
using LinboPortal.Core.Remote;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>What a short command on a PC led to.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Errors">What it wrote to standard error.</param>
internal sealed record SshAnswer(int ExitCode, byte[] Output, string Errors);

/// <summary>
/// A command on a PC while it runs. SSH.NET's streams hold a thread for each that waits to read from them, so this looks instead whether
/// something is there. What nobody has read is limited (<see cref="SshOutput"/>): a PC that sends more loses the connection.
/// </summary>
internal sealed class SshCommandRun : IAsyncDisposable
{
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(160);

    private readonly SshClient ssh;
    private readonly SshCommand command;
    private readonly string host;
    private readonly TimeProvider time;
    private readonly Task ended;
    private TimeSpan pause = Quick;
    private string flood = "";

    private SshCommandRun(SshClient ssh, SshCommand command, string host, TimeProvider time, byte[]? input)
    {
        (this.ssh, this.command, this.host, this.time) = (ssh, command, host, time);
        SshOutput.Limit(command, what => End($"sends {what} faster than it is read, more than any command of LINBO writes: the connection was closed"));
        ended = command.ExecuteAsync(CancellationToken.None); // ended by disposing
        if (input is null)
            return;
        using var stdin = command.CreateInputStream();
        stdin.Write(input);
    }

    /// <summary>
    /// Starts it. SSH.NET waits for the PC's answer with the thread that asks: that is one of its own here, or a few slow PCs would hold all threads of the
    /// pool, and with them whatever the answers need.
    /// </summary>
    /// <exception cref="LinboClientException">The connection broke.</exception>
    public static Task<SshCommandRun> StartAsync(SshClient ssh, string host, string script, TimeProvider time, byte[]? input = null) =>
        Task.Factory.StartNew(() => Start(ssh, host, script, time, input), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static SshCommandRun Start(SshClient ssh, string host, string script, TimeProvider time, byte[]? input)
    {
        SshCommand? command = null;
        try
        {
            command = ssh.CreateCommand(script);
            return new SshCommandRun(ssh, command, host, time, input);
        }
        catch (Exception e) when (IsLoss(e))
        {
            command?.Dispose();
            throw Lost(host, e);
        }
    }

    /// <summary>True once all is said.</summary>
    /// <exception cref="LinboClientException">It ended because the connection broke.</exception>
    public bool HasEnded
    {
        get
        {
            if (flood.Length > 0 || !ended.IsCompleted || command.OutputStream.Length > 0 || command.ExtendedOutputStream.Length > 0)
                return false;
            return ended.IsCompletedSuccessfully ? true : throw Lost(host, ended.Exception?.GetBaseException() ?? new OperationCanceledException("cancelled"));
        }
    }

    /// <summary>Its exit code, once it has ended; null where a signal ended it.</summary>
    public int? ExitCode => command.ExitStatus;

    /// <summary>How it ended, for people: its exit code, or the signal that ended it.</summary>
    public string HowItEnded => command.ExitStatus is { } code ? $"exit code {code}" : command.ExitSignal is { Length: > 0 } signal ? $"signal {signal}" : "neither an exit code nor a signal";

    /// <summary>What has arrived on standard output; empty for nothing yet.</summary>
    public byte[] TakeOutput(int limit = int.MaxValue) => Take(command.OutputStream, limit);

    /// <summary>What has arrived on standard error.</summary>
    public string TakeErrors() => Encoding.UTF8.GetString(Take(command.ExtendedOutputStream, 65536));

    /// <summary>Waits a little for more.</summary>
    /// <exception cref="LinboClientException">The connection broke.</exception>
    public async Task WaitAsync(bool gotSomething, CancellationToken ct)
    {
        pause = gotSomething ? Quick : TimeSpan.FromTicks(Math.Min(Slow.Ticks, pause.Ticks * 2));
        await Task.WhenAny(ended, Task.Delay(pause, time, ct));
        ct.ThrowIfCancellationRequested();
        if (flood.Length > 0)
            throw new LinboClientException(LinboClientFailure.Lost, host, flood);
        if (ended.IsFaulted)
            throw Lost(host, ended.Exception!.GetBaseException());
    }

    /// <summary>Waits for its end.</summary>
    /// <param name="limit">Bytes of output that it may write at most.</param>
    /// <param name="patience">How long it may take.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="LinboClientException">The connection broke, it took too long, or it wrote more.</exception>
    public async Task<SshAnswer> FinishAsync(int limit, TimeSpan patience, CancellationToken ct)
    {
        using var output = new MemoryStream();
        var errors = new StringBuilder();
        var since = time.GetTimestamp();
        while (true)
        {
            var piece = TakeOutput(limit + 1 - (int)output.Length);
            output.Write(piece);
            if (output.Length > limit)
                End($"sent more than the {limit} bytes that were asked for: the connection was closed");
            errors.Append(TakeErrors());
            if (errors.Length > SshOutput.MostErrors)
                End($"wrote more than {SshOutput.MostErrors / 1024} kB of errors: the connection was closed");
            // A shell that is killed says its signal; where there is neither, the other side of the connection died.
            if (HasEnded)
                return new SshAnswer(
                    ExitCode ?? (command.ExitSignal is { Length: > 0 } ? 255 : throw new LinboClientException(LinboClientFailure.Lost, host, $"the command ended with {HowItEnded}")),
                    output.ToArray(), errors.ToString().Trim());
            if (time.GetElapsedTime(since) > patience)
                throw new LinboClientException(LinboClientFailure.Lost, host, $"no answer for {patience.TotalSeconds:0} s");
            await WaitAsync(piece.Length > 0, ct);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _ = ended.Exception; // seen
        if (ended.IsCompleted)
        {
            Release();
            return;
        }

        // Waits up to half a second for the PC.
        await Task.Run(() =>
        {
            try
            {
                command.CancelAsync(forceKill: false, millisecondsTimeout: 200);
            }
            catch (Exception e) when (IsLoss(e))
            {
                // The connection is gone, and the command's end with it.
            }

            Release();
        });
        _ = ended.Exception;
    }

    /// <summary>
    /// Closes the connection to a PC that does not keep to what was asked; whoever waits is told why. On a thread of its own: SSH.NET waits for the
    /// thread that receives, which may be the one that calls.
    /// </summary>
    public void End(string why)
    {
        if (Interlocked.CompareExchange(ref flood, why, "").Length > 0)
            return;
        new Thread(Disconnect) { IsBackground = true, Name = "SSH flood" }.Start();
    }

    private void Disconnect()
    {
        try
        {
            ssh.Disconnect();
        }
        catch (Exception e) when (IsLoss(e))
        {
            // It is closed already.
        }
    }

    private void Release()
    {
        try
        {
            command.Dispose();
        }
        catch (Exception e) when (IsLoss(e))
        {
            // Nobody is there to be told.
        }
    }

    public static bool IsLoss(Exception e) => e is SshException or System.Net.Sockets.SocketException or IOException or ObjectDisposedException or InvalidOperationException;

    public static LinboClientException Lost(string host, Exception e) => new(LinboClientFailure.Lost, host, e.Message, e);

    private static byte[] Take(Stream stream, int limit)
    {
        // The only reader: what is there stays there until it is read, so this never waits.
        var there = (int)Math.Min(stream.Length, limit);
        if (there == 0)
            return [];
        var bytes = new byte[there];
        return stream.Read(bytes, 0, there) == there ? bytes : throw new IOException("a piece of output went away");
    }
}
