using Microsoft.AspNetCore.Diagnostics;

namespace LinboPortal.Api;

/// <summary>Who asks: a person's browser for a page, or a program?</summary>
internal static class PortalPaths
{
    private static readonly PathString[] ForPrograms = ["/api", "/openapi", "/linbo", "/health", "/ready", "/metrics", "/.well-known", "/internal", "/_blazor"];

    /// <summary>True where the answer to a refusal is a page; false where it is a status with problem details.</summary>
    public static bool IsPage(HttpRequest request) => !ForPrograms.Any(path => request.Path.StartsWithSegments(path));

    /// <summary>The address where it leads to a page of this portal; else the first page. Other hosts' addresses come in many disguises.</summary>
    public static string LocalOrHome(string? address) =>
        address is ['/', ..] and not ['/', '/' or '\\', ..] && address.Length < 2000 && !address.Any(c => char.IsControl(c) || c == '\\') ? address : "/";

    /// <summary>The status for somebody who is signed in and refused. An address that leads nowhere is closed too, but is nothing to hide.</summary>
    public static int Refusal(HttpContext http) => http.GetEndpoint() is null ? StatusCodes.Status404NotFound : StatusCodes.Status403Forbidden;

    /// <summary>Answers with that status and the page as it is drawn; else a page of the portal's own would take its place.</summary>
    public static void KeepPage(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        if (http.Features.Get<IStatusCodePagesFeature>() is { } pages)
            pages.Enabled = false;
    }
}
