using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Distribution;

/// <summary>
/// Where the hook of an rsync daemon in another container asks the portal before a transfer. It shows the secret that portal and daemon share; what
/// it leaves after a transfer goes through the shared directory, which loses nothing while the portal is away.
/// </summary>
public static class RsyncHookEndpoint
{
    /// <summary>The address.</summary>
    public const string Path = "/internal/rsync/ask";

    internal const string Header = "X-Linbo-Hook";

    private const int LongestNote = 8192;

    /// <summary>Maps it where an external daemon asks this way.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        if (routes.ServiceProvider.GetRequiredService<IOptions<RsyncOptions>>().Value is { Enabled: true, IsExternal: true, PortalUrl.Length: > 0 })
            routes.MapPost(Path, AskAsync).AllowAnonymous().ExcludeFromDescription().WithDisplayName("rsync hook");
    }

    private static async Task<IResult> AskAsync(int process, HttpContext http, RsyncSetup setup, RsyncHooks hooks, TimeProvider time)
    {
        var shown = Encoding.ASCII.GetBytes(http.Request.Headers[Header].ToString());
        if (setup.HookSecret.Length == 0 || !CryptographicOperations.FixedTimeEquals(shown, Encoding.ASCII.GetBytes(setup.HookSecret)))
            return TypedResults.NotFound();
        if (http.Request.ContentLength is not (> 0 and <= LongestNote))
            return TypedResults.StatusCode(StatusCodes.Status413PayloadTooLarge);
        using var body = new StreamReader(http.Request.Body, Encoding.UTF8);
        var word = await hooks.WordAsync(
            await body.ReadToEndAsync(http.RequestAborted), time.GetUtcNow(), process.ToString(System.Globalization.CultureInfo.InvariantCulture), http.RequestAborted);
        return word is null ? TypedResults.BadRequest() : TypedResults.Text(word + "\n");
    }
}
