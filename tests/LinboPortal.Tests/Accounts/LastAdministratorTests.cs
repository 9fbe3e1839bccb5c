using System.Net;
using System.Net.Http.Json;
using LinboPortal.Core.Accounts;

namespace LinboPortal.Tests.Accounts;

public sealed class LastAdministratorTests(PortalFactory portal) : IClassFixture<PortalFactory>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_last_administrator_can_neither_be_deleted_nor_demoted_nor_disabled()
    {
        var account = await portal.CreateAccountAsync("only", Role.Administrator);
        using var admin = portal.CreateClientFor(account);

        Assert.Equal(HttpStatusCode.Conflict, (await admin.DeleteAsync("/api/v1/accounts/only", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await admin.PutAsJsonAsync("/api/v1/accounts/only", new { role = "Teacher" }, Ct)).StatusCode);
        Assert.Equal(
            HttpStatusCode.Conflict, (await admin.PutAsJsonAsync("/api/v1/accounts/only", new { role = "Administrator", disabled = true }, Ct)).StatusCode);

        await portal.CreateAccountAsync("second", Role.Administrator);
        Assert.Equal(HttpStatusCode.OK, (await admin.PutAsJsonAsync("/api/v1/accounts/only", new { role = "Teacher" }, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await admin.GetAsync("/api/v1/accounts", Ct)).StatusCode);
    }
}
