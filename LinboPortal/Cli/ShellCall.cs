using System.Net.WebSockets;
using System.Text.Json;
using LinboPortal.Remote;

namespace LinboPortal.Cli;

/// <summary>This side's end of <c>/api/v1/hosts/{host}/shell</c>; see <see cref="ShellSocket"/> for what goes over it.</summary>
internal sealed class ShellCall(PortalAccess access) : IDisposable
{
    private const int Largest = ShellSocket.LargestPiece + 1;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly SemaphoreSlim sending = new(1, 1);

    /// <summary>Runs a command with this program's input and output.</summary>
    /// <returns>Its exit code; null where there is none, and why has been said.</returns>
    public Task<int?> RunAsync(string host, string command, CancellationToken ct) => CarryAsync(host, new ShellWish(command), ct);

    /// <summary>A shell in this terminal.</summary>
    public async Task<int?> RunAsync(string host, RawTerminal terminal, CancellationToken ct)
    {
        var (columns, rows) = await RawTerminal.SizeAsync();
        return await CarryAsync(host, new ShellWish(null, columns, rows), ct, terminal);
    }

    public void Dispose() => sending.Dispose();

    private async Task<int?> CarryAsync(string host, ShellWish wish, CancellationToken ct, RawTerminal? terminal = null)
    {
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {access.Token}");
        socket.Options.SetRequestHeader("Accept-Language", System.Globalization.CultureInfo.CurrentUICulture.TwoLetterISOLanguageName is "de" ? "de" : "en");
        socket.Options.CollectHttpResponseDetails = true;
        try
        {
            await socket.ConnectAsync(AddressOf(host), ct);
            await SendAsync(socket, wish, ct);
            if (terminal is not null)
                terminal.Resized += () => _ = ResizeAsync(socket);
            _ = GiveInputAsync(socket, isTerminal: terminal is not null, ct); // a read from a terminal cannot be broken off: it ends with the program
            return await TakeOutputAsync(socket, ct);
        }
        catch (Exception e) when (e is WebSocketException or IOException)
        {
            await Console.Error.WriteLineAsync(Reason(socket, host, e));
            return null;
        }
    }

    private Uri AddressOf(string host) =>
        new UriBuilder(new Uri(access.Address, $"api/v1/hosts/{Uri.EscapeDataString(host)}/shell")) { Scheme = access.Address.Scheme is "https" ? "wss" : "ws" }.Uri;

    private string Reason(ClientWebSocket socket, string host, Exception e) => (int)socket.HttpStatusCode switch
    {
        401 => "The token is not good, or not any more.",
        403 => "This account may not open shells on PCs.",
        404 => $"There is no PC {host}.",
        0 => $"The portal at {access.Address} does not answer: {e.GetBaseException().Message}",
        _ => $"The connection to the portal broke: {e.GetBaseException().Message}",
    };

    private async Task GiveInputAsync(ClientWebSocket socket, bool isTerminal, CancellationToken ct)
    {
        await using var input = Console.OpenStandardInput();
        var piece = new byte[ShellSocket.LargestPiece];
        try
        {
            while (await Task.Run(() => input.Read(piece), ct) is var count and > 0)
                await SendAsync(socket, piece.AsMemory(0, count), WebSocketMessageType.Binary, ct);
            if (!isTerminal)
                await SendAsync(socket, new ShellWish(Eof: true), ct);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // It has ended; the other direction says how.
        }
    }

    private static async Task<int?> TakeOutputAsync(ClientWebSocket socket, CancellationToken ct)
    {
        await using var output = Console.OpenStandardOutput();
        await using var errors = Console.OpenStandardError();
        var piece = new byte[Largest];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult received;
            do
            {
                received = await socket.ReceiveAsync(piece.AsMemory(length), ct);
                length += received.Count;
            }
            while (!received.EndOfMessage && length < piece.Length);
            if (received.MessageType is WebSocketMessageType.Close)
                throw new WebSocketException("it was closed in the middle");
            if (received.MessageType is WebSocketMessageType.Text)
                return await EndAsync(JsonSerializer.Deserialize<ShellEnd>(piece.AsSpan(0, length), Json)!);
            var stream = piece[0] == ShellSocket.ErrorsMark ? errors : output;
            await stream.WriteAsync(piece.AsMemory(1, length - 1), ct);
            await stream.FlushAsync(ct);
        }
    }

    private static async Task<int?> EndAsync(ShellEnd end)
    {
        if (end.Refused is { } why)
            await Console.Error.WriteLineAsync(why);
        return end.Exit;
    }

    private async Task ResizeAsync(ClientWebSocket socket)
    {
        try
        {
            var (columns, rows) = await RawTerminal.SizeAsync();
            await SendAsync(socket, new ShellWish(null, columns, rows), CancellationToken.None); // a signal waits for nothing
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or InvalidOperationException)
        {
            // It has ended.
        }
    }

    private Task SendAsync(ClientWebSocket socket, ShellWish wish, CancellationToken ct) =>
        SendAsync(socket, JsonSerializer.SerializeToUtf8Bytes(wish, Json), WebSocketMessageType.Text, ct);

    private async Task SendAsync(ClientWebSocket socket, ReadOnlyMemory<byte> message, WebSocketMessageType type, CancellationToken ct)
    {
        await sending.WaitAsync(ct);
        try
        {
            await socket.SendAsync(message, type, endOfMessage: true, ct);
        }
        finally
        {
            sending.Release();
        }
    }
}
