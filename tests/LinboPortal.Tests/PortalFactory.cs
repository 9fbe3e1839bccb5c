using System.Net.Http.Headers;
using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Infrastructure.Accounts;
using LinboPortal.Infrastructure.Persistence;
using LinboPortal.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LinboPortal.Tests;

/// <summary>
/// The whole portal in process, on a database and data directory of its own, with nothing bound that needs a system port.
/// As <c>IClassFixture&lt;PortalFactory&gt;</c>: one portal a test class.
/// </summary>
public sealed class PortalFactory(PostgresFixture postgres) : WebApplicationFactory<Program>, IAsyncLifetime
{
    private readonly Dictionary<string, string> settings = [];
    private string connectionString = "";

    /// <summary>The portal's data directory.</summary>
    public string DataDirectory { get; } = Directory.CreateTempSubdirectory("linboportal-test-").FullName;

    /// <summary>Sets a setting before the first request.</summary>
    public PortalFactory With(string setting, string value)
    {
        settings[setting] = value;
        return this;
    }

    /// <summary>Password of every account that is made here.</summary>
    public const string Password = "Kreide-und-Schwamm";

    /// <summary>Contexts on the portal's database, to prepare and to look.</summary>
    public IDbContextFactory<PortalDb> Databases => Services.GetRequiredService<IDbContextFactory<PortalDb>>();

    /// <summary>Makes an account; the rooms are those of a teacher.</summary>
    public async Task<Account> CreateAccountAsync(string userName, Role role, params IEnumerable<Guid> rooms)
    {
        await using var scope = Services.CreateAsyncScope();
        var account = new Account { Id = Guid.CreateVersion7(), UserName = userName, Role = role };
        account.Rooms.AddRange(rooms.Select(room => new AccountRoom { AccountId = account.Id, RoomId = room }));
        var made = await scope.ServiceProvider.GetRequiredService<UserManager<Account>>().CreateAsync(account, Password);
        Assert.True(made.Succeeded, made.ToString());
        return account;
    }

    /// <summary>A client that is signed in with a bearer token of a new account of that role; the rooms are those of a teacher.</summary>
    public async Task<HttpClient> CreateClientFor(Role role, params IEnumerable<Guid> rooms)
    {
        var account = await CreateAccountAsync($"{role}{Guid.CreateVersion7():N}", role, rooms);
        return CreateClientFor(account);
    }

    /// <summary>A client that is signed in with a bearer token of the account.</summary>
    public HttpClient CreateClientFor(Account account)
    {
        var client = CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false, BaseAddress = ClientOptions.BaseAddress });
        client.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", Services.GetRequiredService<AccountTokens>().Create(account).Token);
        return client;
    }

    public async ValueTask InitializeAsync() => connectionString = await postgres.CreateDatabaseAsync(CancellationToken.None);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await postgres.DropDatabaseAsync(connectionString, CancellationToken.None);
        Directory.Delete(DataDirectory, recursive: true);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Testing");
        builder.UseSetting("ConnectionStrings:Portal", connectionString);
        builder.UseSetting("Portal:DataDirectory", DataDirectory);
        builder.UseSetting("Portal:ServerAddress", "127.0.0.1");
        builder.UseSetting("Https:Port", "0");
        builder.UseSetting("Boot:Tftp:Port", "0");
        builder.UseSetting("Boot:Dhcp:Listen", "false");
        builder.UseSetting("Distribution:Rsync:Enabled", "false");
        builder.UseSetting("Remote:Probe:Enabled", "false");
        builder.UseSetting("Jobs:Run", "false"); // rows are made, and nobody works on them: Hangfire's start takes its time
        builder.ConfigureServices(services => services.PostConfigure<PasswordHasherOptions>(hashing => hashing.IterationCount = 1000)); // many accounts sign in here
        foreach (var (setting, value) in settings)
            builder.UseSetting(setting, value);
    }
}
