namespace LinboPortal.Api;

/// <summary>
/// A browser sends its cookie along whoever made it ask, and WebSockets know no rule of the same origin at all. What changes something or opens a
/// stream must therefore come from a page of this portal. A bearer token is sent on purpose and needs no such check.
/// </summary>
internal sealed partial class SameOrigin(ILogger<SameOrigin> log)
{
    /// <summary>The hub of Blazor's circuits: whoever speaks to it acts as the person, with GET as well.</summary>
    private const string CircuitHub = "/_blazor";

    /// <summary>True where the request may have been made by a page of somebody else.</summary>
    public static bool IsForeign(HttpContext http)
    {
        if (Accounts.AccountTokenHandler.HasToken(http.Request))
            return false;
        var origin = http.Request.Headers.Origin.ToString();
        if (origin.Length > 0)
            return !Uri.TryCreate(origin, UriKind.Absolute, out var uri) || !string.Equals(uri.Authority, Authority(http), StringComparison.OrdinalIgnoreCase);
        return http.Request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "same-origin" or "none");
    }

    /// <summary>Refuses changes, hubs and WebSockets that a foreign page asks for, before anybody asks who is signed in.</summary>
    public Task RefuseForeignAsync(HttpContext http, RequestDelegate next)
    {
        if (!NeedsOwnOrigin(http) || !IsForeign(http))
            return next(http);
        LogRefused(http.Request.Path, Readable(http.Request.Headers.Origin.ToString()), Readable(http.Request.Host.ToString()));
        http.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    private static bool NeedsOwnOrigin(HttpContext http) =>
        http.WebSockets.IsWebSocketRequest
        || http.Request.Headers.Upgrade.Count > 0
        || http.Request.Path.StartsWithSegments(CircuitHub, StringComparison.OrdinalIgnoreCase)
        || !(HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) || HttpMethods.IsOptions(http.Request.Method));

    // A default port is not written in an origin.
    private static string Authority(HttpContext http) =>
        Uri.TryCreate($"{http.Request.Scheme}://{http.Request.Host}", UriKind.Absolute, out var own) ? own.Authority : "";

    private static string Readable(string text) => new([.. text.Take(200).Select(c => char.IsControl(c) ? '?' : c)]);

    [LoggerMessage(
        LogLevel.Warning,
        "Refused {Path} for a page of {Origin}: this portal was asked for as {Host}. Behind a proxy, have it pass on the Host header")]
    private partial void LogRefused(string path, string origin, string host);
}
