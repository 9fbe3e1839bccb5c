using System.Net.WebSockets;
using LinboPortal.Accounts;
using LinboPortal.Api;
using LinboPortal.Core.Accounts;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Remote;

/// <summary>
/// <c>/api/v1/hosts/{host}/shell</c>: a WebSocket to a shell or a command on a PC, for linbo-ssh and linbo-scp. The first message says what:
/// <c>{"command":"…"}</c>, or <c>{"columns":80,"rows":24}</c> for a terminal. Then bytes go both ways; see <see cref="ShellSocket"/>.
/// </summary>
internal static class ShellApi
{
    private static readonly TimeSpan FirstWord = TimeSpan.FromSeconds(10);

    public static void MapShellApi(this IEndpointRouteBuilder app) => app.MapGet("/api/v1/hosts/{host}/shell", ServeAsync)
        .RequireAuthorization(Permission.TerminalOpen).WithTags("Hosts").WithName("HostShell")
        .WithSummary("WebSocket: a root shell or a command on a PC, for linbo-ssh");

    private static async Task<IResult> ServeAsync(
        string host, HttpContext http, Terminals terminals, AccountGuard guard, IStringLocalizer<TerminalText> text, IHostApplicationLifetime lifetime)
    {
        if (!http.WebSockets.IsWebSocketRequest)
            return TypedResults.Problem("This address speaks WebSocket: LinboPortal ssh, or linbo-ssh.", statusCode: StatusCodes.Status426UpgradeRequired);
        if (SameOrigin.IsForeign(http))
            return TypedResults.Problem("A page of another site may not open a shell.", statusCode: StatusCodes.Status403Forbidden);
        // Whoever stops the output of a terminal for a while answers no ping meanwhile.
        using var socket = await http.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { KeepAliveTimeout = Timeout.InfiniteTimeSpan });
        using var shell = new ShellSocket(socket);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping, http.RequestAborted);
        var guarding = guard.WatchAsync(http, person => person.May(Permission.TerminalOpen), ending);
        try
        {
            await OpenAsync(shell, host, http.User.ToPerson(), terminals, text, ending.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or TimeoutException)
        {
            // The person left or never said a word, may not stay, or the portal ends.
        }
        finally
        {
            await ending.CancelAsync();
            if (!await guarding)
                await shell.EndAsync(new ShellEnd(null, "The account or token is not good any more."));
        }

        return TypedResults.Empty;
    }

    private static async Task OpenAsync(
        ShellSocket socket, string host, Person person, Terminals terminals, IStringLocalizer<TerminalText> text, CancellationToken ct)
    {
        if (await socket.ReadWishAsync(FirstWord, TimeProvider.System) is not { } wish)
        {
            await socket.EndAsync(new ShellEnd(null, "The first message is no JSON object with a command, or with columns and rows."));
            return;
        }

        var opened = wish.Command is { Length: > 0 } command
            ? await terminals.RunAsync(person, host, command, ct)
            : await terminals.OpenAsync(person, host, wish.Columns ?? 80, wish.Rows ?? 24, ct);
        switch (opened)
        {
            case TerminalOpened.Open(var session):
                await using (session)
                    await socket.CarryAsync(session, ct);
                break;
            case TerminalOpened.Running(var session):
                await using (session)
                    await socket.CarryAsync(session, ct);
                break;
            default:
                var (why, detail) = text.WhyNot(opened, host);
                await socket.EndAsync(new ShellEnd(null, detail is null ? why : $"{why} ({detail})"));
                break;
        }
    }
}
