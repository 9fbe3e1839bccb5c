using System.Net;
using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Infrastructure.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LinboPortal.Tests.Accounts;

/// <summary>Wrong passwords by the dozen, from the person's own address and from others.</summary>
public sealed class SignInSourcesTests(PortalFactory portal) : IClassFixture<PortalFactory>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Wrong_passwords_from_elsewhere_never_keep_out_who_signed_in_before()
    {
        await portal.CreateAccountAsync("chief", Role.Administrator);
        Assert.IsType<SignInOutcome.Done>(await TryAsync("chief", PortalFactory.Password, "10.1.0.1"));

        for (var i = 0; i < 30; i++)
            await TryAsync("chief", "Tafel-und-Lappen", $"10.2.0.{i % 3}");

        Assert.IsType<SignInOutcome.TooMany>(await TryAsync("chief", PortalFactory.Password, "10.2.0.1"));
        Assert.IsType<SignInOutcome.Done>(await TryAsync("chief", PortalFactory.Password, "10.1.0.1"));
    }

    [Fact]
    public async Task Wrong_passwords_from_the_same_address_only_slow_down_who_signed_in_there()
    {
        await portal.CreateAccountAsync("shared", Role.Administrator);
        Assert.IsType<SignInOutcome.Done>(await TryAsync("shared", PortalFactory.Password, "10.3.0.1"));
        for (var i = 0; i < 6; i++)
            Assert.IsType<SignInOutcome.Wrong>(await TryAsync("shared", "Tafel-und-Lappen", "10.3.0.1"));

        Assert.IsType<SignInOutcome.Done>(await TryAsync("shared", PortalFactory.Password, "10.3.0.1"));
    }

    [Fact]
    public async Task Names_that_do_not_exist_are_answered_as_those_that_do()
    {
        await portal.CreateAccountAsync("exists", Role.Observer);
        List<Type> known = [], unknown = [];
        for (var i = 0; i < 9; i++)
        {
            known.Add((await TryAsync("exists", "Tafel-und-Lappen", "10.4.0.1")).GetType());
            unknown.Add((await TryAsync("no-such-name", "Tafel-und-Lappen", "10.4.0.1")).GetType());
        }

        Assert.Equal(known, unknown);
        Assert.Equal(typeof(SignInOutcome.Wrong), known[0]);
        Assert.Equal(typeof(SignInOutcome.TooMany), known[^1]);
    }

    [Fact]
    public async Task Invented_names_from_a_shared_address_lock_nobody_out()
    {
        await portal.CreateAccountAsync("behind-proxy", Role.Teacher);
        for (var i = 0; i < 70; i++)
            await TryAsync("", "x", "10.5.0.1");

        Assert.IsType<SignInOutcome.Done>(await TryAsync("behind-proxy", PortalFactory.Password, "10.5.0.1"));
    }

    [Fact]
    public async Task The_page_says_in_the_persons_language_how_long_to_wait()
    {
        using var german = new Visitor(portal, "de");
        for (var i = 0; i < 5; i++)
        {
            using var wrong = await german.SignInAsync("nobody-here", "Tafel-und-Lappen");
            Assert.Contains("Benutzername oder Passwort ist falsch", await Visitor.ReadAsync(wrong), StringComparison.Ordinal);
        }

        using var sixth = await german.SignInAsync("nobody-here", "Tafel-und-Lappen");
        Assert.Equal(HttpStatusCode.TooManyRequests, sixth.StatusCode);
        Assert.Contains("Zu viele Versuche", await Visitor.ReadAsync(sixth), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_typed_as_a_name_is_not_kept_and_an_administrator_ends_the_wait()
    {
        var account = await portal.CreateAccountAsync("waits", Role.Observer);
        for (var i = 0; i < 6; i++)
            await TryAsync("waits", "Tafel-und-Lappen", "10.6.0.1");
        await using (var db = await portal.Databases.CreateDbContextAsync(Ct))
            Assert.DoesNotContain(await db.SignInSources.Select(s => s.Name).ToListAsync(Ct), n => n.Contains("waits", StringComparison.OrdinalIgnoreCase));

        await portal.Services.GetRequiredService<AccountChanges>().UnlockAsync(Person.Portal, account.Id, Ct);

        Assert.IsType<SignInOutcome.Done>(await TryAsync("waits", PortalFactory.Password, "10.6.0.1"));
    }

    [Theory]
    [InlineData("1234567890", "PasswordCommon")]
    [InlineData("passwort12", "PasswordCommon")]
    [InlineData("Password123", "PasswordCommon")]
    [InlineData("qwertzuiop", "PasswordCommon")]
    [InlineData("linuxmuster", "PasswordCommon")]
    [InlineData("xx-Hildegard-2034", "PasswordHasName")]
    [InlineData("Kreide-und-Tafel", null)]
    public async Task Passwords_that_are_tried_first_are_refused(string password, string? code)
    {
        await using var scope = portal.Services.CreateAsyncScope();
        var made = await scope.ServiceProvider.GetRequiredService<UserManager<Account>>()
            .CreateAsync(new Account { Id = Guid.CreateVersion7(), UserName = "hildegard.meier", Role = Role.Observer }, password);

        Assert.Equal(code is null, made.Succeeded);
        if (code is not null)
            Assert.Contains(made.Errors, e => e.Code == code);
    }

    [Fact]
    public async Task A_password_that_was_hashed_with_fewer_rounds_is_hashed_anew_at_the_next_sign_in()
    {
        var account = await portal.CreateAccountAsync("older", Role.Observer);
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        var old = new PasswordHasher<Account>(Microsoft.Extensions.Options.Options.Create(new PasswordHasherOptions { IterationCount = 500 })).HashPassword(account, PortalFactory.Password);
        await db.Users.Where(a => a.Id == account.Id).ExecuteUpdateAsync(s => s.SetProperty(a => a.PasswordHash, old), Ct);

        Assert.IsType<SignInOutcome.Done>(await TryAsync("older", PortalFactory.Password, "10.7.0.1"));

        Assert.NotEqual(old, await db.Users.Where(a => a.Id == account.Id).Select(a => a.PasswordHash).SingleAsync(Ct));
        Assert.True(AccountsFeature.PasswordRounds >= 210_000);
    }

    private async Task<SignInOutcome> TryAsync(string userName, string password, string address)
    {
        await using var scope = portal.Services.CreateAsyncScope();
        var http = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        http.Connection.RemoteIpAddress = IPAddress.Parse(address);
        return await scope.ServiceProvider.GetRequiredService<SignIn>().TryAsync(userName, password, http);
    }
}
