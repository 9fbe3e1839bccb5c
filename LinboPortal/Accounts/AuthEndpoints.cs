using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace LinboPortal.Accounts;

/// <summary>A password for a token, and the way out.</summary>
internal static class AuthEndpoints
{
    private const int LongestBody = 16 * 1024;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/api/v1/auth/token", CreateToken).AllowAnonymous().WithTags("Accounts").WithName("CreateToken")
            .WithSummary("Trades user name and password for a short-lived bearer token.")
            .WithMetadata(new RequestSizeLimitAttribute(LongestBody));
        app.MapPost("/account/sessions/end", EndSessions).RequireAuthorization().ExcludeFromDescription()
            .WithMetadata(new RequestSizeLimitAttribute(LongestBody));
        app.MapPost("/logout", SignOut).AllowAnonymous().ExcludeFromDescription().WithMetadata(new RequestSizeLimitAttribute(LongestBody));
    }

    // Without a session in the form: all but the one that asks.
    private static async Task<IResult> EndSessions(HttpContext http, IAntiforgery antiforgery, AccountSessions sessions)
    {
        if (!await antiforgery.IsRequestValidAsync(http))
            return TypedResults.Problem("The form has expired: load the page again.", statusCode: StatusCodes.Status400BadRequest);
        var account = AccountPrincipals.IdOf(http.User)!.Value;
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (Guid.TryParse(form["session"], out var session))
            await sessions.EndAsync(account, session, http.RequestAborted);
        else
            await sessions.EndOthersAsync(account, AccountPrincipals.SessionOf(http.User), http.RequestAborted);
        return TypedResults.LocalRedirect("/account");
    }

    internal static async Task<Results<Ok<TokenAnswer>, ProblemHttpResult>> CreateToken(
        TokenRequest request, SignIn signIn, AccountTokens tokens, HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store";
        switch (await signIn.TryAsync(request.UserName, request.Password, http))
        {
            case SignInOutcome.Done(var account):
                var (token, expires) = tokens.Create(account);
                return TypedResults.Ok(new TokenAnswer(token, expires));
            case SignInOutcome.TooMany(var wait):
                return Wait(http, wait, "Too many sign-ins from this address or for this account.");
            case SignInOutcome.Disabled:
                return TypedResults.Problem("The account is disabled.", statusCode: StatusCodes.Status401Unauthorized);
            default:
                return TypedResults.Problem("User name or password is wrong.", statusCode: StatusCodes.Status401Unauthorized);
        }
    }

    private static ProblemHttpResult Wait(HttpContext http, TimeSpan wait, string detail)
    {
        http.Response.Headers.RetryAfter = $"{(int)Math.Ceiling(wait.TotalSeconds)}";
        return TypedResults.Problem(detail, statusCode: StatusCodes.Status429TooManyRequests);
    }

    private static async Task<IResult> SignOut(HttpContext http, IAntiforgery antiforgery)
    {
        if (!await antiforgery.IsRequestValidAsync(http))
            return TypedResults.Problem("The form has expired: load the page again.", statusCode: StatusCodes.Status400BadRequest);
        await AccountCookie.SignOutAsync(http);
        return TypedResults.LocalRedirect("/login");
    }
}

/// <summary>Name and password.</summary>
internal sealed record TokenRequest(string? UserName, string? Password);

/// <summary>A token for <c>Authorization: Bearer</c>, and until when it is good.</summary>
internal sealed record TokenAnswer(string Token, DateTimeOffset ExpiresAt);
