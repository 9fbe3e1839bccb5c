using LinboPortal.Accounts;

namespace LinboPortal.Api;

/// <summary>
/// A browser sends its cookie along whoever made it ask. What changes something or opens a stream must come from a page of this portal;
/// a token is sent on purpose and needs no such check.
/// </summary>
internal static class SameOrigin
{
    /// <summary>True where the request may have been made by a page of somebody else.</summary>
    public static bool IsForeign(HttpContext http)
    {
        if (http.User.Identity?.AuthenticationType != AccountCookie.Scheme)
            return false;
        var origin = http.Request.Headers.Origin.ToString();
        if (origin.Length > 0)
            return !Uri.TryCreate(origin, UriKind.Absolute, out var uri) || !string.Equals(uri.Authority, Authority(http), StringComparison.OrdinalIgnoreCase);
        return http.Request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "same-origin" or "none");
    }

    /// <summary>Refuses changes through the API that a foreign page asks for.</summary>
    public static Task RefuseForeignAsync(HttpContext http, RequestDelegate next)
    {
        if (!http.Request.Path.StartsWithSegments("/api") || HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) || !IsForeign(http))
            return next(http);
        http.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    // A default port is not written in an origin.
    private static string Authority(HttpContext http) =>
        Uri.TryCreate($"{http.Request.Scheme}://{http.Request.Host}", UriKind.Absolute, out var own) ? own.Authority : "";
}
