using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LinboPortal.Tests.Schedules;

/// <summary>A mail server that keeps what it is given.</summary>
internal sealed class MailSink : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ending = new();
    private readonly Task serving;

    public MailSink()
    {
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        serving = ServeAsync();
    }

    public int Port { get; }

    /// <summary>The answer to MAIL FROM; another than 250 refuses all mail.</summary>
    public string Answer { get; set; } = "250 ok";

    /// <summary>What was sent: recipients, then the mail as it came.</summary>
    public List<(IReadOnlyList<string> To, string Text)> Mails { get; } = [];

    /// <summary>All lines that clients said outside of mails.</summary>
    public List<string> Lines { get; } = [];

    /// <summary>Takes no more mail.</summary>
    public async Task CloseAsync()
    {
        await ending.CancelAsync();
        listener.Stop();
        await serving;
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        ending.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(ending.Token);
                await TalkAsync(client.GetStream());
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException || ending.IsCancellationRequested)
        {
            // The test is over.
        }
    }

    private async Task TalkAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        await SayAsync(stream, "220 sink");
        List<string> to = [];
        while (await reader.ReadLineAsync(ending.Token) is { } line)
        {
            Lines.Add(line);
            if (line.StartsWith("RCPT TO:", StringComparison.OrdinalIgnoreCase))
                to.Add(line[8..].Trim('<', '>', ' '));
            if (line.Equals("DATA", StringComparison.OrdinalIgnoreCase))
            {
                await SayAsync(stream, "354 go on");
                var text = new StringBuilder();
                while (await reader.ReadLineAsync(ending.Token) is { } part and not ".")
                    text.AppendLine(part);
                Mails.Add((to, text.ToString()));
            }

            await SayAsync(stream, line.StartsWith("MAIL", StringComparison.OrdinalIgnoreCase) ? Answer : line.StartsWith("QUIT", StringComparison.OrdinalIgnoreCase) ? "221 bye" : "250 ok");
        }
    }

    private static async Task SayAsync(NetworkStream stream, string line) => await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"));
}

/// <summary>A web-hook that keeps what it is posted.</summary>
internal sealed class HookSink : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ending = new();
    private readonly Task serving;

    public HookSink()
    {
        listener.Start();
        serving = ServeAsync();
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/hook?key=abc";

    /// <summary>Status line and headers of the answer; null = never answer.</summary>
    public string? Answer { get; set; } = "HTTP/1.1 204 No Content";

    /// <summary>Heads and bodies.</summary>
    public List<(string Head, byte[] Body)> Posts { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        listener.Stop();
        await serving;
        ending.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(ending.Token);
                var stream = client.GetStream();
                var (bytes, buffer, end) = (new List<byte>(), new byte[4096], -1);
                while ((end = Encoding.Latin1.GetString([.. bytes]).IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0 || bytes.Count < end + 4 + Length(bytes, end))
                {
                    var read = await stream.ReadAsync(buffer, ending.Token);
                    if (read == 0)
                        break;
                    bytes.AddRange(buffer[..read]);
                }

                Posts.Add((Encoding.Latin1.GetString([.. bytes[..end]]), [.. bytes[(end + 4)..]]));
                if (Answer is null)
                    await Task.Delay(Timeout.Infinite, ending.Token);
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"{Answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), ending.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException || ending.IsCancellationRequested)
        {
            // The test is over.
        }
    }

    private static int Length(List<byte> bytes, int end) =>
        Encoding.Latin1.GetString([.. bytes[..end]]).Split("\r\n").Select(l => l.Split(": ", 2)).FirstOrDefault(l => l[0].Equals("Content-Length", StringComparison.OrdinalIgnoreCase)) is [_, var text]
            ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : 0;
}
