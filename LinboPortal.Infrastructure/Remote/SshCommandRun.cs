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
/// something is there.
/// </summary>
internal sealed class SshCommandRun : IAsyncDisposable
{
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(160);

    private readonly SshCommand command;
    private readonly string host;
    private readonly TimeProvider time;
    private readonly Task ended;
    private TimeSpan pause = Quick;

    private SshCommandRun(SshCommand command, string host, TimeProvider time, byte[]? input)
    {
        (this.command, this.host, this.time) = (command, host, time);
        ended = command.ExecuteAsync(CancellationToken.None); // ended by disposing
        if (input is null)
            return;
        using var stdin = command.CreateInputStream();
        stdin.Write(input);
    }

    /// <summary>Starts it.</summary>
    /// <exception cref="LinboClientException">The connection broke.</exception>
    public static SshCommandRun Start(SshClient ssh, string host, string script, TimeProvider time, byte[]? input = null)
    {
        SshCommand? command = null;
        try
        {
            command = ssh.CreateCommand(script);
            return new SshCommandRun(command, host, time, input);
        }
        catch (Exception e) when (IsLoss(e))
        {
            command?.Dispose();
            throw Lost(host, e);
        }
    }

    /// <summary>True once all is said.</summary>
    public bool HasEnded => ended.IsCompleted && command.OutputStream.Length == 0 && command.ExtendedOutputStream.Length == 0;

    /// <summary>Its exit code, once it has ended; null where a signal ended it.</summary>
    public int? ExitCode => command.ExitStatus;

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
        if (ended.IsFaulted)
            throw Lost(host, ended.Exception!.GetBaseException());
    }

    /// <summary>Waits for its end.</summary>
    public async Task<SshAnswer> FinishAsync(int limit, TimeSpan patience, CancellationToken ct)
    {
        using var output = new MemoryStream();
        var errors = new StringBuilder();
        var since = time.GetTimestamp();
        while (true)
        {
            var piece = TakeOutput(limit - (int)output.Length);
            output.Write(piece);
            errors.Append(TakeErrors());
            if (output.Length >= limit || HasEnded)
                return new SshAnswer(ended.IsCompleted ? ExitCode ?? 255 : 0, output.ToArray(), errors.ToString().Trim());
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
