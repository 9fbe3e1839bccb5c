using System.Net.WebSockets;
using LinboPortal.Accounts;
using LinboPortal.Api;
using LinboPortal.Core.Events;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace LinboPortal.Events;

/// <summary>The stream <c>/api/v1/events</c>: who may open it, how many, and until when.</summary>
internal sealed class EventStream(PortalEvents events, AccountGuard guard, OpenStreams open, IOptions<EventsOptions> options, IOptions<JsonOptions> json)
{
    /// <summary>Serves one reader.</summary>
    public async Task<IResult> ServeAsync(HttpContext http, TimeProvider time, CancellationToken stopping)
    {
        if (!http.WebSockets.IsWebSocketRequest)
            return TypedResults.Problem("This address speaks WebSocket: connect with ws:// or wss://.", statusCode: StatusCodes.Status426UpgradeRequired);
        if (SameOrigin.IsForeign(http))
            return TypedResults.Problem("A page of another site may not listen.", statusCode: StatusCodes.Status403Forbidden);
        var account = AccountPrincipals.IdOf(http.User) ?? Guid.Empty;
        if (!open.TryAdd(account))
            return OpenStreams.TooMany();
        try
        {
            await ListenAsync(http, time, stopping);
            return TypedResults.Empty;
        }
        finally
        {
            open.Remove(account);
        }
    }

    private async Task ListenAsync(HttpContext http, TimeProvider time, CancellationToken stopping)
    {
        using var subscription = events.Subscribe(options.Value.Backlog); // before the handshake: nothing is missed once the client is connected
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        var stream = new EventSocket(socket, subscription, json.Value.SerializerOptions, time);
        stream.Allow(http.User.ToPerson());
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, http.RequestAborted);
        var guarding = guard.WatchAsync(http, person =>
        {
            stream.Allow(person);
            return true;
        }, ending);
        try
        {
            await stream.RunAsync(ending.Token);
        }
        finally
        {
            await ending.CancelAsync();
        }

        var mayStay = await guarding;
        await (stopping.IsCancellationRequested ? stream.CloseAsync(WebSocketCloseStatus.EndpointUnavailable, "The portal ends.")
            : mayStay ? stream.CloseAsync(WebSocketCloseStatus.NormalClosure, "Goodbye.")
            : stream.CloseAsync(WebSocketCloseStatus.PolicyViolation, "The account or token is not good any more."));
    }
}
