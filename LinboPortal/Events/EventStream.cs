using System.Net.WebSockets;
using System.Security.Claims;
using LinboPortal.Accounts;
using LinboPortal.Api;
using LinboPortal.Core.Events;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace LinboPortal.Events;

/// <summary>The stream <c>/api/v1/events</c>: who may open it, how many, and until when.</summary>
internal sealed class EventStream(
    PortalEvents events, AccountPrincipals principals, AccountNews news, IOptions<EventsOptions> options, IOptions<JsonOptions> json)
{
    private static readonly TimeSpan CheckPeriod = TimeSpan.FromSeconds(30);

    private readonly PersonCount open = new(options.Value.Sockets, options.Value.SocketsPerPerson);

    /// <summary>Serves one reader.</summary>
    public async Task<IResult> ServeAsync(HttpContext http, TimeProvider time, CancellationToken stopping)
    {
        if (!http.WebSockets.IsWebSocketRequest)
            return TypedResults.Problem("This address speaks WebSocket: connect with ws:// or wss://.", statusCode: StatusCodes.Status426UpgradeRequired);
        if (SameOrigin.IsForeign(http))
            return TypedResults.Problem("A page of another site may not listen.", statusCode: StatusCodes.Status403Forbidden);
        var account = AccountPrincipals.IdOf(http.User) ?? Guid.Empty;
        if (!open.TryAdd(account))
            return TypedResults.Problem("Too many open event streams (Events:Sockets, Events:SocketsPerPerson).", statusCode: StatusCodes.Status429TooManyRequests);
        try
        {
            await ListenAsync(http, account, time, stopping);
            return TypedResults.Empty;
        }
        finally
        {
            open.Remove(account);
        }
    }

    private async Task ListenAsync(HttpContext http, Guid account, TimeProvider time, CancellationToken stopping)
    {
        using var subscription = events.Subscribe(options.Value.Backlog); // before the handshake: nothing is missed once the client is connected
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        var stream = new EventSocket(socket, subscription, json.Value.SerializerOptions, time);
        stream.Allow(http.User.ToPerson());
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, http.RequestAborted);
        using var changed = new SemaphoreSlim(0);
        void Hear(Guid id)
        {
            if (id == account)
                changed.Release();
        }

        news.Changed += Hear;
        var guarding = GuardAsync(stream, http, changed, time, ending);
        try
        {
            await stream.RunAsync(ending.Token);
        }
        finally
        {
            news.Changed -= Hear;
            await ending.CancelAsync();
        }

        var mayStay = await guarding;
        await (stopping.IsCancellationRequested ? stream.CloseAsync(WebSocketCloseStatus.EndpointUnavailable, "The portal ends.")
            : mayStay ? stream.CloseAsync(WebSocketCloseStatus.NormalClosure, "Goodbye.")
            : stream.CloseAsync(WebSocketCloseStatus.PolicyViolation, "The account or token is not good any more."));
    }

    /// <summary>Asks again who listens: at once when this portal changes the account, else twice a minute. False once it may not any more.</summary>
    private async Task<bool> GuardAsync(EventSocket stream, HttpContext http, SemaphoreSlim changed, TimeProvider time, CancellationTokenSource ending)
    {
        var user = http.User;
        var expires = http.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties?.ExpiresUtc;
        try
        {
            while (true)
            {
                await changed.WaitAsync(CheckPeriod, ending.Token);
                if (expires < time.GetUtcNow() || await RefreshAsync(stream, user, ending.Token) is false)
                {
                    await ending.CancelAsync();
                    return false;
                }
            }
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    private async Task<bool> RefreshAsync(EventSocket stream, ClaimsPrincipal user, CancellationToken ct)
    {
        try
        {
            if (await principals.CurrentAsync(user, ct) is not { } now)
                return false;
            stream.Allow(now.ToPerson());
            return true;
        }
        catch (Exception e) when (DatabaseGone.Explains(e))
        {
            return true; // who listens stays while the database is away
        }
    }
}
