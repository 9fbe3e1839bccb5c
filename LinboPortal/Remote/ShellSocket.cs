using System.Net.WebSockets;
using System.Text.Json;

namespace LinboPortal.Remote;

/// <summary>What somebody who opens a shell wants, and says later: another size of the window, or that no more input comes.</summary>
internal sealed record ShellWish(string? Command = null, int? Columns = null, int? Rows = null, bool? Eof = null);

/// <summary>The last message: the command's exit code, or why there is none.</summary>
internal sealed record ShellEnd(int? Exit, string? Refused);

/// <summary>
/// The portal's end of the WebSocket. From the client, a binary message is input and a text message a <see cref="ShellWish"/>; to the client, a binary
/// message is output with 1 (standard output) or 2 (standard error) in front, and the last text message a <see cref="ShellEnd"/>. Each side reads on
/// when it has passed on what it had, so nobody keeps what the other end does not take.
/// </summary>
internal sealed class ShellSocket(WebSocket socket) : IDisposable
{
    public const byte OutputMark = 1;
    public const byte ErrorsMark = 2;
    public const int LargestPiece = 32 * 1024;

    private const int LargestWish = 64 * 1024;
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly SemaphoreSlim sending = new(1, 1);
    private readonly byte[] buffer = new byte[LargestWish];
    private Task receiving = Task.CompletedTask;

    /// <summary>The first message; null where it is none that we know, or comes too late.</summary>
    public async Task<ShellWish?> ReadWishAsync(TimeSpan patience, TimeProvider time) =>
        await ReceiveAsync().WaitAsync(patience, time) is { Type: WebSocketMessageType.Text } first ? Parse(first.Bytes) : null;

    /// <summary>Carries a terminal until it ends or the client leaves.</summary>
    public Task CarryAsync(TerminalSession session, CancellationToken ct) => CarryAsync(
        async stop =>
        {
            await foreach (var piece in session.ReadAsync(stop))
                await SendAsync(OutputMark, piece, stop);
            return session.End is TerminalEnd.ShellEnded ? new ShellEnd(0, null) : new ShellEnd(null, $"The terminal ended: {session.End}.");
        },
        (wish, bytes, stop) =>
        {
            if (wish is not null)
                session.Resize(wish.Columns ?? 80, wish.Rows ?? 24);
            return wish is null ? session.TypeAsync(bytes, stop) : Task.CompletedTask;
        }, ct);

    /// <summary>Carries a command until it ends or the client leaves.</summary>
    public Task CarryAsync(CommandSession session, CancellationToken ct) => CarryAsync(
        async stop =>
        {
            await Task.WhenAll(PassOnAsync(session.Program.Output, OutputMark, stop), PassOnAsync(session.Program.Errors, ErrorsMark, stop));
            return new ShellEnd(await session.EndAsync(stop), null);
        },
        (wish, bytes, stop) => GiveAsync(session.Program.Input, wish, bytes, stop), ct);

    /// <summary>Says how it ended and good-bye, and waits a moment for the answer.</summary>
    public async Task EndAsync(ShellEnd end)
    {
        using var patience = new CancellationTokenSource(Farewell);
        try
        {
            await SendAsync(JsonSerializer.SerializeToUtf8Bytes(end, Json), WebSocketMessageType.Text, patience.Token);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", patience.Token);
            await receiving.WaitAsync(patience.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            socket.Abort(); // it went without a word
        }
    }

    public void Dispose() => sending.Dispose();

    private async Task CarryAsync(Func<CancellationToken, Task<ShellEnd>> give, Func<ShellWish?, ReadOnlyMemory<byte>, CancellationToken, Task> take, CancellationToken ct)
    {
        using var left = CancellationTokenSource.CreateLinkedTokenSource(ct);
        receiving = TakeAsync(take, left, left.Token);
        try
        {
            await EndAsync(await give(left.Token));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // The client left.
        }
    }

    // A command that reads no more (head) ends its own input; what still comes for it is let go.
    private static async Task GiveAsync(Stream input, ShellWish? wish, ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        try
        {
            if (wish?.Eof is true)
                input.Close();
            else if (wish is null)
                await input.WriteAsync(bytes, ct);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It has ended, or will say so.
        }
    }

    private async Task PassOnAsync(Stream from, byte mark, CancellationToken ct)
    {
        var piece = new byte[LargestPiece];
        while (await from.ReadAsync(piece, ct) is var count and > 0)
            await SendAsync(mark, piece.AsMemory(0, count), ct);
    }

    private async Task TakeAsync(Func<ShellWish?, ReadOnlyMemory<byte>, CancellationToken, Task> take, CancellationTokenSource left, CancellationToken ct)
    {
        try
        {
            while (await ReceiveAsync() is { } message)
            {
                if (message.Type is WebSocketMessageType.Binary)
                    await take(null, message.Bytes, ct);
                else if (Parse(message.Bytes) is { } wish)
                    await take(wish, default, ct);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client left without a word.
        }

        await CancelAsync(left);
    }

    private static async Task CancelAsync(CancellationTokenSource left)
    {
        try
        {
            await left.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It has ended already.
        }
    }

    // Never with a token: a receive that is broken off ends the connection, and no last word gets through.
    private async Task<(WebSocketMessageType Type, ReadOnlyMemory<byte> Bytes)?> ReceiveAsync()
    {
        var length = 0;
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None); // see above
            length += received.Count;
            if (received.MessageType is WebSocketMessageType.Close || (length == buffer.Length && !received.EndOfMessage))
                return null;
            if (received.EndOfMessage)
                return (received.MessageType, buffer.AsMemory(0, length));
        }
    }

    private Task SendAsync(byte mark, ReadOnlyMemory<byte> bytes, CancellationToken ct) => SendAsync((byte[])[mark, .. bytes.Span], WebSocketMessageType.Binary, ct);

    private async Task SendAsync(ReadOnlyMemory<byte> message, WebSocketMessageType type, CancellationToken ct)
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

    private static ShellWish? Parse(ReadOnlyMemory<byte> text)
    {
        try
        {
            return JsonSerializer.Deserialize<ShellWish>(text.Span, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
