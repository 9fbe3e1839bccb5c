using System.Net.WebSockets;
using System.Text.Json;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;

namespace LinboPortal.Events;

/// <summary>One reader of the stream, from the handshake to the farewell.</summary>
/// <param name="socket">Where it listens.</param>
/// <param name="events">What happens.</param>
/// <param name="json">How it is written.</param>
/// <param name="time">The clock.</param>
internal sealed class EventSocket(WebSocket socket, PortalEvents.Subscription events, JsonSerializerOptions json, TimeProvider time)
{
    /// <summary>A client has nothing to say; what it says nevertheless is read and forgotten.</summary>
    private const int LongestMessage = 4096;

    private static readonly TimeSpan SendPatience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan FarewellPatience = TimeSpan.FromSeconds(2);

    private Task receiving = Task.CompletedTask;
    private volatile Person person = new("", new HashSet<string>(), Scope.Everything);

    /// <summary>What the reader may see from now on.</summary>
    public void Allow(Person allowed) => person = allowed;

    /// <summary>Sends until the client leaves or <paramref name="ending"/> is cancelled.</summary>
    public async Task RunAsync(CancellationToken ending)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ending);
        var sending = SendAsync(stop.Token);
        receiving = ReceiveAsync();
        await Task.WhenAny(sending, receiving);
        await stop.CancelAsync();
        await sending;
    }

    /// <summary>Says farewell where somebody still listens, and waits a moment for the answer.</summary>
    public async Task CloseAsync(WebSocketCloseStatus status, string why)
    {
        try
        {
            using var patience = new CancellationTokenSource(FarewellPatience, time);
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(status, why, patience.Token);
            await receiving.WaitAsync(patience.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            socket.Abort(); // it went without a word
            await receiving;
        }
    }

    private async Task SendAsync(CancellationToken ct)
    {
        try
        {
            while (await events.Reader.WaitToReadAsync(ct))
            {
                while (events.Reader.TryRead(out var next))
                {
                    if (events.TakeLost() is var lost and > 0)
                        await WriteAsync(EventMessage.Lost(lost, time.GetUtcNow()));
                    if (EventMessage.IsFor(person, next))
                        await WriteAsync(EventMessage.For(person, next, time.GetUtcNow()));
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // The client left, is stuck, or the portal ends it.
        }
    }

    private async Task WriteAsync(EventMessage message)
    {
        // Not the token that ends the stream: a send that is broken off ends the connection, and no farewell gets through.
        using var patience = new CancellationTokenSource(SendPatience, time);
        await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message, json), WebSocketMessageType.Text, endOfMessage: true, patience.Token);
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[LongestMessage];
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer, CancellationToken.None); // ended by the farewell; see there
                if (received.MessageType is WebSocketMessageType.Close || !received.EndOfMessage)
                    return;
            }
        }
        catch (WebSocketException)
        {
            // The client left.
        }
    }
}
