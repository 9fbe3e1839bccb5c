using System.Text.Json.Serialization;
using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;

namespace LinboPortal.Monitoring;

/// <summary>
/// <c>/health</c>: it is alive, with its parts as they were when last looked at. <c>/ready</c>: looks at each part now. For balancers and monitoring without
/// an account.
/// </summary>
internal static class Probes
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/health", (ServiceHealthWatch watch) => TypedResults.Ok(new Alive("Healthy", watch.Reports.ToDictionary(r => r.Service, r => r.Health)))).AllowAnonymous().WithTags("Probes").WithName("Health");
        app.MapGet("/ready", Ready).AllowAnonymous().WithTags("Probes").WithName("Ready");
    }

    /// <summary>503 where a part does not work; a part that waits for an administrator does not make the portal useless.</summary>
    private static async Task<IResult> Ready(ReadyCache cache, HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store";
        var parts = await cache.ReadAsync(http.RequestAborted);
        var status = parts.Any(p => p.Health is ServiceHealth.Unhealthy) ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        // Versions, paths and numbers are for those who may look after the portal.
        var may = http.User.Identity is { IsAuthenticated: true } && http.User.ToPerson().May(Permission.SystemRead);
        return TypedResults.Json(parts.ToDictionary(p => p.Service, p => new PartAnswer(p.Health, may ? p.Message : null)), statusCode: status);
    }
}

/// <summary>Strangers may ask <c>/ready</c>: it looks at most once a second, however many ask.</summary>
internal sealed class ReadyCache(ServiceHealthWatch watch, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim turn = new(1, 1);
    private IReadOnlyList<ServiceReport> reports = [];
    private DateTimeOffset readAt = DateTimeOffset.MinValue;

    public async Task<IReadOnlyList<ServiceReport>> ReadAsync(CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        try
        {
            if (time.GetUtcNow() - readAt > Fresh)
                (reports, readAt) = (await watch.CheckAsync(ct), time.GetUtcNow());
            return reports;
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();
}

/// <summary>It answers.</summary>
/// <param name="Status">Always the same: who restarts a portal for a part that does not work makes it worse.</param>
/// <param name="Parts">How each was at the last look.</param>
internal sealed record Alive(string Status, IReadOnlyDictionary<string, ServiceHealth> Parts);

/// <summary>How one part is.</summary>
/// <param name="Status">Its state.</param>
/// <param name="Message">What was found; only for those who may read the state of the system.</param>
internal sealed record PartAnswer(ServiceHealth Status, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Message);
