using System.Net.Sockets;
using System.Text;

namespace LinboPortal.Infrastructure.Monitoring;

/// <summary>Asks a service that runs elsewhere for its greeting.</summary>
internal static class Greeting
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>What follows the word in the first line that it says; null where nobody answers, or something else does.</summary>
    public static async Task<string?> ReadAsync(string host, int port, string word, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host, port, patience.Token);
            using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
            return await reader.ReadLineAsync(patience.Token) is { } line && line.StartsWith(word, StringComparison.Ordinal)
                ? line[word.Length..].Split(' ')[0]
                : null;
        }
        catch (Exception e) when (e is SocketException or IOException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return null;
        }
    }
}
