using System.Net;
using LinboPortal.Core.Accounts;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Tests.Accounts;

public sealed class SetupTests(PostgresFixture postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_setup_code_makes_one_administrator_and_is_gone_then()
    {
        await using var portal = new PortalFactory(postgres);
        await portal.InitializeAsync();
        using var visitor = new Visitor(portal);
        Assert.EndsWith("/setup", (await visitor.GetAsync("/login")).Headers.Location!.ToString(), StringComparison.Ordinal);
        var file = Path.Combine(portal.DataDirectory, "setup-code");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        var code = (await File.ReadAllTextAsync(file, Ct)).Trim();
        Assert.Matches("^([A-Z0-9]{4}-){2}[A-Z0-9]{4}$", code);

        using var wrong = await SetUpAsync(visitor, "AAAA-AAAA-AAAA", PortalFactory.Password);
        Assert.Contains("This is not the setup code", await Visitor.ReadAsync(wrong), StringComparison.Ordinal);
        using var weak = await SetUpAsync(visitor, code, "short");
        Assert.Contains("fewer than 10 characters", await Visitor.ReadAsync(weak), StringComparison.Ordinal);
        using var right = await SetUpAsync(visitor, code.ToLowerInvariant(), PortalFactory.Password);

        Assert.Equal("/", right.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/")).StatusCode);
        Assert.False(File.Exists(file));
        Assert.EndsWith("/login", (await new Visitor(portal).GetAsync("/setup")).Headers.Location!.ToString(), StringComparison.Ordinal);
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        Assert.Equal("account.create", (await db.AuditEntries.SingleAsync(Ct)).Action);
    }

    [Fact]
    public async Task A_password_in_the_settings_makes_the_administrator_at_the_first_start()
    {
        await using var portal = new PortalFactory(postgres).With("Accounts:InitialAdminPassword", "Wartezeit-47-Kreide");
        await portal.InitializeAsync();
        using var visitor = new Visitor(portal);

        using var answer = await visitor.SignInAsync("admin", "Wartezeit-47-Kreide");

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        Assert.Equal(Role.Administrator, (await db.Users.SingleAsync(Ct)).Role);
        Assert.False(File.Exists(Path.Combine(portal.DataDirectory, "setup-code")));
    }

    [Fact]
    public async Task A_password_in_the_settings_that_is_too_short_stops_the_start_and_names_the_setting()
    {
        await using var portal = new PortalFactory(postgres).With("Accounts:InitialAdminPassword", "kurz");
        await portal.InitializeAsync();

        var failure = Assert.ThrowsAny<Exception>(() => portal.Services);

        Assert.Contains("Accounts:InitialAdminPassword", failure.ToString(), StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> SetUpAsync(Visitor visitor, string code, string password) =>
        visitor.SubmitAsync("/setup", "setup", ("Code", code), ("UserName", "chief"), ("Password", password), ("Repeat", password));
}
