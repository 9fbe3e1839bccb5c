using System.Threading.Channels;
using LinboPortal.Core.Remote;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>
/// A root shell on a PC for a terminal: bytes in, bytes out, over a connection of its own. Who reads slowly holds the PC's output back, not our
/// memory. It ends when the shell ends, the line breaks or it is disposed of.
/// </summary>
public sealed class ShellSession : IAsyncDisposable
{
    private const int Pieces = 64;
    private const int LargestPiece = 32 * 1024;
    private const string Terminal = "xterm-256color";
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    private readonly SshClient ssh;
    private readonly ShellStream shell;
    private readonly string host;
    private readonly Lock reading = new();
    private readonly Channel<ReadOnlyMemory<byte>> output = Channel.CreateBounded<ReadOnlyMemory<byte>>(new BoundedChannelOptions(Pieces) { SingleReader = true });
    private readonly Channel<ReadOnlyMemory<byte>> input = Channel.CreateBounded<ReadOnlyMemory<byte>>(new BoundedChannelOptions(Pieces) { SingleReader = true });
    private readonly CancellationTokenSource ending = new();
    private readonly Task pumping;
    private readonly Task watching;
    private bool isDisposed;

    private ShellSession(SshClient ssh, string host, int columns, int rows, TimeProvider time)
    {
        (this.ssh, this.host) = (ssh, host);
        shell = ssh.CreateShellStream(Terminal, Size(columns), Size(rows), 0, 0, LargestPiece);
        shell.DataReceived += (_, _) => Take();
        shell.Closed += (_, _) => End(null);
        ssh.ErrorOccurred += (_, e) => End(SshCommandRun.Lost(host, e.Exception));
        Take(); // what came before anybody listened
        pumping = PumpAsync();
        watching = WatchAsync(time);
    }

    /// <summary>What the shell prints, in order. Ends with the shell, with a <see cref="LinboClientException"/> where the line broke.</summary>
    public ChannelReader<ReadOnlyMemory<byte>> Output => output.Reader;

    /// <summary>What is typed. Waits where the PC does not keep up.</summary>
    public ChannelWriter<ReadOnlyMemory<byte>> Input => input.Writer;

    /// <summary>Opens a shell in a terminal of that size.</summary>
    /// <exception cref="LinboClientException">The PC cannot be reached, or LINBO does not run there.</exception>
    public static async Task<ShellSession> OpenAsync(SshLogin login, LinboAddress client, int columns, int rows, TimeProvider time, CancellationToken ct)
    {
        var (ssh, _, _) = await login.OpenAsync(client, ct);
        try
        {
            ssh.KeepAliveInterval = TimeSpan.FromSeconds(15);
            await using (var run = await SshCommandRun.StartAsync(ssh, client.Host, TaskScript.Identify, time))
            {
                if ((await run.FinishAsync(1024, SshConnections.Patience, ct)).ExitCode != 0)
                    throw new LinboClientException(LinboClientFailure.NotLinbo, client.Host, "answers, but there is no /start.conf: another system runs");
            }

            return new ShellSession(ssh, client.Host, columns, rows, time);
        }
        catch (Exception e)
        {
            ssh.Dispose();
            if (SshCommandRun.IsLoss(e))
                throw SshCommandRun.Lost(client.Host, e);
            throw;
        }
    }

    /// <summary>The terminal has another size now.</summary>
    public void Resize(int columns, int rows)
    {
        try
        {
            shell.ChangeWindowSize(Size(columns), Size(rows), 0, 0);
        }
        catch (Exception e) when (SshCommandRun.IsLoss(e))
        {
            // It has ended; the output says so.
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, true))
            return;
        End(null);
        await Task.WhenAll(pumping, watching);
        // Both say good-bye to the PC, and wait for it a little.
        await Task.Run(() =>
        {
            shell.Dispose();
            ssh.Dispose();
        });
        ending.Dispose();
    }

    private static uint Size(int cells) => (uint)Math.Clamp(cells, 1, 1000);

    /// <summary>
    /// On the thread by which SSH.NET reads this connection. Where nobody takes the output it waits here, and with it the PC: that is the thread
    /// that this connection has anyway.
    /// </summary>
    private void Take()
    {
        lock (reading)
        {
            while (shell.DataAvailable)
            {
                var bytes = new byte[Math.Min(shell.Length, LargestPiece)];
                var count = shell.Read(bytes, 0, bytes.Length);
                while (!output.Writer.TryWrite(bytes.AsMemory(0, count)))
                {
                    if (!output.Writer.WaitToWriteAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult())
                        return; // it has ended
                }
            }
        }
    }

    private void End(Exception? reason)
    {
        output.Writer.TryComplete(reason);
        input.Writer.TryComplete();
        if (!ending.IsCancellationRequested)
            ending.Cancel();
    }

    private async Task PumpAsync()
    {
        try
        {
            await foreach (var bytes in input.Reader.ReadAllAsync(ending.Token))
            {
                await shell.WriteAsync(bytes, ending.Token);
                await shell.FlushAsync(ending.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The shell has ended.
        }
        catch (Exception e) when (SshCommandRun.IsLoss(e) || e is ChannelClosedException)
        {
            End(SshCommandRun.Lost(host, e));
        }
    }

    /// <summary>SSH.NET closes a shell without a word when the connection ends in certain ways.</summary>
    private async Task WatchAsync(TimeProvider time)
    {
        using var timer = new PeriodicTimer(Look, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ending.Token))
            {
                if (!ssh.IsConnected || !shell.CanWrite)
                    End(ssh.IsConnected ? null : SshCommandRun.Lost(host, new SshConnectionException("the connection is gone")));
            }
        }
        catch (OperationCanceledException)
        {
            // The shell has ended.
        }
    }
}
