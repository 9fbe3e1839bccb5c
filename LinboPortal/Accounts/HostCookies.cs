using Microsoft.AspNetCore.Authentication.Cookies;

namespace LinboPortal.Accounts;

/// <summary>
/// Gives cookies that come by https the prefix <c>__Host-</c> (RFC 6265bis, 4.1.3.2): a browser takes such a name only over https, for this host and for the
/// whole of it, so that no page of another host of the domain, and nobody on the way of an http request, can plant one.
/// </summary>
internal sealed class HostCookies : ICookieManager
{
    /// <summary>The prefix.</summary>
    public const string Prefix = "__Host-";

    private readonly ChunkingCookieManager chunks = new();

    public string? GetRequestCookie(HttpContext context, string key) => chunks.GetRequestCookie(context, NameOf(context, key));

    public void AppendResponseCookie(HttpContext context, string key, string? value, CookieOptions options) =>
        chunks.AppendResponseCookie(context, NameOf(context, key), value, options);

    public void DeleteCookie(HttpContext context, string key, CookieOptions options) => chunks.DeleteCookie(context, NameOf(context, key), options);

    private static string NameOf(HttpContext context, string key) => context.Request.IsHttps && !context.Request.PathBase.HasValue ? Prefix + key : key;
}
