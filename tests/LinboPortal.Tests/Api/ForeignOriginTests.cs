using System.Net;
using LinboPortal.Core.Accounts;
using LinboPortal.Tests.Accounts;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace LinboPortal.Tests.Api;

/// <summary>Pages of others, on another port of the same host too, for which a browser sends the cookie along.</summary>
public sealed class ForeignOriginTests(PortalFactory portal) : IClassFixture<PortalFactory>
{
    /// <summary>Every hub and socket of the portal; one that is not here fails a test.</summary>
    public static TheoryData<string> Sockets => ["/_blazor?id=x", "/api/v1/events", "/api/v1/hosts/pc1/shell"];

    [Theory]
    [MemberData(nameof(Sockets))]
    public async Task A_socket_is_refused_to_a_page_of_another_origin_even_with_the_cookie(string path)
    {
        using var administrator = await SignInAsync();

        foreach (var origin in (string[])["http://evil.example", "http://localhost:9999", "null", "http://localhost.evil.example"])
            Assert.Equal(HttpStatusCode.Forbidden, await administrator.KnockAsync(HttpMethod.Get, path, origin, isSocket: true));
    }

    [Theory]
    [InlineData("/_blazor/negotiate?negotiateVersion=1")]
    [InlineData("/_blazor/disconnect")]
    [InlineData("/logout")]
    [InlineData("/login")]
    [InlineData("/api/v1/accounts")]
    [InlineData("/account/sessions/end")]
    public async Task What_changes_something_is_refused_to_a_page_of_another_origin(string path)
    {
        using var administrator = await SignInAsync();

        Assert.Equal(HttpStatusCode.Forbidden, await administrator.KnockAsync(HttpMethod.Post, path, "http://localhost:9999", isSocket: false));
    }

    [Fact]
    public async Task The_own_page_reaches_the_hub()
    {
        using var administrator = await SignInAsync();

        var status = await administrator.KnockAsync(
            HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1", portal.ClientOptions.BaseAddress.GetLeftPart(UriPartial.Authority), isSocket: false);

        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Fact]
    public void Every_hub_and_socket_is_tried_here()
    {
        _ = portal.Server;
        var tried = Sockets.Select(s => ((string)s.Data).Split('?')[0]).ToList();
        var hubs = portal.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.Any(m => m.GetType().Name is "HubMetadata"))
            .Select(e => "/" + e.RoutePattern.RawText!.TrimStart('/').Replace("/negotiate", "", StringComparison.Ordinal).TrimEnd('/')).Distinct();

        Assert.Empty(hubs.Except(tried));
    }

    private async Task<Visitor> SignInAsync()
    {
        var account = await portal.CreateAccountAsync($"o{Guid.CreateVersion7():N}", Role.Administrator);
        var visitor = new Visitor(portal);
        using var signedIn = await visitor.SignInAsync(account.UserName!);
        return visitor;
    }
}
