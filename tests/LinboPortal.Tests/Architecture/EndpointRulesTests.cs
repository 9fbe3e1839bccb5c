using LinboPortal.Core.Accounts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace LinboPortal.Tests.Architecture;

/// <summary>Rules for what the running portal answers.</summary>
public sealed class EndpointRulesTests(PortalFactory portal) : IClassFixture<PortalFactory>
{
    /// <summary>Whoever adds to this list opens something to strangers.</summary>
    private static readonly string[] Open =
    [
        "/login", "/setup", "/logout", "/language/{language}", "/health", "/ready", "/api/v1/auth/token", "/linbo/",
        "/metrics", // its gate asks for a token, or for a near address
        "/docs/scalar.js", "/docs/scalar.aspnetcore.js", "/docs/favicon.svg", // the reference's program; what it shows is not open
    ];

    private IReadOnlyList<RouteEndpoint> Endpoints
    {
        get
        {
            _ = portal.Server;
            return [.. portal.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];
        }
    }

    [Fact]
    public void Every_endpoint_and_hub_says_who_may_use_it()
    {
        var silent = Endpoints.Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is null && e.Metadata.GetMetadata<IAuthorizeData>() is null
                && e.Metadata.GetMetadata<AuthorizationPolicy>() is null)
            .Where(e => e.RoutePattern.RawText != "{**path:file}") // static files that are not there: closed, and nothing to open
            .Select(e => e.DisplayName).ToList();

        Assert.True(silent.Count == 0, $"Closed by the fallback policy, but they must say so themselves (RequireAuthorization):\n{string.Join('\n', silent)}");
    }

    [Fact]
    public void What_is_open_to_strangers_is_on_the_list()
    {
        var strange = Endpoints
            .Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is not null
                && e.Metadata.GetMetadata<Microsoft.AspNetCore.StaticAssets.StaticAssetDescriptor>() is null)
            .Select(e => "/" + e.RoutePattern.RawText?.TrimStart('/'))
            .Where(path => !Open.Any(open => path == open || (open.EndsWith('/') && path.StartsWith(open, StringComparison.Ordinal))))
            .Distinct().ToList();

        Assert.True(strange.Count == 0, $"Open to everybody without being on the list:\n{string.Join('\n', strange)}");
    }

    [Fact]
    public void Every_policy_of_an_endpoint_is_a_permission()
    {
        var unknown = Endpoints.SelectMany(e => e.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(a => (e.DisplayName, a.Policy)))
            .Where(e => e.Policy is not null && !Permission.All.Contains(e.Policy)).ToList();

        Assert.True(unknown.Count == 0, string.Join('\n', unknown));
    }

    [Fact]
    public void The_API_names_a_permission_and_not_only_somebody_who_is_signed_in()
    {
        string[] forEverybody = ["/api/v1/auth/token", "/api/v1/events", "/api/v1/account/sessions", "/api/v1/account/sessions/{session:guid}"];
        var lax = Endpoints.Where(e => e.RoutePattern.RawText?.StartsWith("/api/", StringComparison.Ordinal) == true)
            .Where(e => !e.Metadata.GetOrderedMetadata<IAuthorizeData>().Any(a => a.Policy is not null))
            .Select(e => e.RoutePattern.RawText!.TrimEnd('/')).Except(forEverybody).ToList();

        Assert.True(lax.Count == 0, $"RequireAuthorization(Permission.X) is missing:\n{string.Join('\n', lax)}");
    }
}
