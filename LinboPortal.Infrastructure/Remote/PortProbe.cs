using System.Net;
using System.Net.Sockets;
using LinboPortal.Core.Remote;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>Connects to the ports of a host at once, without a thread and without an exception for each that is closed.</summary>
/// <param name="Linbo">LINBO's SSH server.</param>
/// <param name="Timeout">How long a port may take.</param>
internal sealed record PortProbe(int Linbo, TimeSpan Timeout)
{
    public int Ssh { get; init; } = 22;

    public int Rpc { get; init; } = 135;

    public int Smb { get; init; } = 445;

    public int Rdp { get; init; } = 3389;

    public async Task<PortAnswers> LookAsync(IPAddress address, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Timeout);
        Task<PortAnswer>[] answers =
            [.. new[] { Linbo, Ssh, Rpc, Smb, Rdp }.Select(port => AskAsync(new IPEndPoint(address, port), limit.Token))];
        var all = await Task.WhenAll(answers);
        ct.ThrowIfCancellationRequested();
        return new PortAnswers(all[0], all[1], all[2], all[3], all[4]);
    }

    private static async Task<PortAnswer> AskAsync(IPEndPoint endPoint, CancellationToken limit)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(true, 0) };
        using var arguments = new SocketAsyncEventArgs { RemoteEndPoint = endPoint };
        var done = new TaskCompletionSource<SocketError>(TaskCreationOptions.RunContinuationsAsynchronously);
        arguments.Completed += (_, e) => done.TrySetResult(e.SocketError);
        try
        {
            if (!socket.ConnectAsync(arguments))
                return Meaning(arguments.SocketError);
            // Closing the socket ends the connect.
            await using (limit.Register(socket.Dispose))
                return Meaning(await done.Task);
        }
        catch (ObjectDisposedException)
        {
            return PortAnswer.Silent;
        }
        finally
        {
            socket.Dispose();
        }
    }

    private static PortAnswer Meaning(SocketError error) => error switch
    {
        SocketError.Success => PortAnswer.Open,
        SocketError.ConnectionRefused or SocketError.ConnectionReset => PortAnswer.Closed,
        _ => PortAnswer.Silent,
    };
}
