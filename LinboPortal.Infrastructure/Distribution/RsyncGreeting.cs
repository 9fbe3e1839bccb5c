using System.Net.Sockets;
using System.Text;

namespace LinboPortal.Infrastructure.Distribution;

/// <summary>Asks a daemon that runs elsewhere for its greeting.</summary>
internal static class RsyncGreeting
{
    private const string Word = "@RSYNCD: ";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>The version of the protocol that it speaks; null where no rsync daemon answers.</summary>
    public static async Task<string?> ReadAsync(string host, int port, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host, port, patience.Token);
            using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
            return await reader.ReadLineAsync(patience.Token) is { } line && line.StartsWith(Word, StringComparison.Ordinal)
                ? line[Word.Length..].Split(' ')[0]
                : null;
        }
        catch (Exception e) when (e is SocketException or IOException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return null;
        }
    }
}
