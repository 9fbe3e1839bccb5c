using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using LinboPortal.Api;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace LinboPortal.Accounts;

/// <summary>Takes <c>Authorization: Bearer …</c>; asks the database each time, so that a deleted account's token is refused at once.</summary>
internal sealed class AccountTokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, AccountTokens tokens, AccountPrincipals principals)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    /// <summary>Longer than any token of ours.</summary>
    private const int LongestToken = 4096;

    /// <summary>True where the request shows a token.</summary>
    public static bool HasToken(HttpRequest request) =>
        request.Headers.Authorization.ToString().StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!AuthenticationHeaderValue.TryParse(Request.Headers.Authorization.ToString(), out var header)
            || !string.Equals(header.Scheme, AccountTokens.Scheme, StringComparison.OrdinalIgnoreCase)
            || header.Parameter is not { Length: > 0 and <= LongestToken } token)
            return AuthenticateResult.NoResult();
        if (tokens.Read(token) is not { } ticket)
            return AuthenticateResult.Fail("The token is not ours or has expired.");
        return await principals.CurrentAsync(ticket.Principal, Context.RequestAborted) is { } principal
            ? AuthenticateResult.Success(new AuthenticationTicket(principal, ticket.Properties, Scheme.Name))
            : AuthenticateResult.Fail("The account is gone, disabled or has another password.");
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers[HeaderNames.WWWAuthenticate] = AccountTokens.Scheme;
        return Task.CompletedTask;
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = PortalPaths.Refusal(Context);
        return Task.CompletedTask;
    }
}
