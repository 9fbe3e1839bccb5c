using LinboPortal.Accounts.Audit;
using LinboPortal.Infrastructure.Accounts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace LinboPortal.Accounts;

/// <summary>Who may do what: sign-in, setup, tokens, permissions.</summary>
internal static class AccountsFeature
{
    private const string CookieOrToken = "CookieOrToken";

    /// <summary>Of PBKDF2-HMAC-SHA512, as OWASP recommends; hashes with fewer are made anew at the next sign-in.</summary>
    public const int PasswordRounds = 210_000;

    public static WebApplicationBuilder AddAccounts(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<AccountsOptions>().BindConfiguration(AccountsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddPermissionPolicies();
        services.AddDataProtection().SetApplicationName("LinboPortal").PersistKeysToDbContext<PortalDb>();
        services.AddSingleton<KeyRingFile>();
        services.AddOptions<KeyManagementOptions>().Configure<KeyRingFile>((keys, file) => keys.XmlEncryptor = new KeyRingEncryptor(file));
        services.AddHostedService<OpenKeys>(); // before anything asks for a key
        services.Configure<PasswordHasherOptions>(hashing => hashing.IterationCount = PasswordRounds);
        services.AddIdentityCore<Account>(Configure).AddPasswordValidator<GuessablePasswords>().AddEntityFrameworkStores<PortalDb>().AddDefaultTokenProviders();
        AddSchemes(services);
        AddCircuits(services);
        services.AddSingleton<AccountPrincipals>();
        services.AddSingleton<AccountTokens>();
        services.AddSingleton<AccountNews>();
        services.AddSingleton<AccountSessions>();
        services.AddSingleton<SessionWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<SessionWatch>());
        services.AddSingleton<AccountGuard>();
        services.AddSingleton<AccountList>();
        services.AddSingleton<AccountChanges>();
        services.AddSingleton<AuditQueries>();
        services.AddSingleton<SignInLimits>();
        services.AddSingleton<SignInSources>();
        services.AddScoped<SignIn>();
        services.AddSingleton<SetupCode>();
        services.AddSingleton<FirstAccount>();
        services.AddHostedService(provider => provider.GetRequiredService<FirstAccount>());
        services.AddHostedService<Welcome>();
        return builder;
    }

    public static WebApplication MapAccounts(this WebApplication app)
    {
        AuthEndpoints.Map(app);
        AccountEndpoints.Map(app);
        AuditEndpoints.Map(app);
        return app;
    }

    private static void Configure(IdentityOptions identity)
    {
        // Length is what counts; rules about digits and signs make people write "Passwort1!".
        identity.Password = new PasswordOptions
        {
            RequiredLength = AccountsOptions.ShortestPassword,
            RequiredUniqueChars = 4,
            RequireDigit = false,
            RequireLowercase = false,
            RequireUppercase = false,
            RequireNonAlphanumeric = false,
        };
    }

    private static void AddSchemes(IServiceCollection services)
    {
        services.AddSingleton<IConfigureOptions<CookieAuthenticationOptions>, AccountCookie>();
        services.AddAuthentication(CookieOrToken)
            .AddPolicyScheme(CookieOrToken, null, policy => policy.ForwardDefaultSelector =
                http => AccountTokenHandler.HasToken(http.Request) ? AccountTokens.Scheme : AccountCookie.Scheme)
            .AddCookie(AccountCookie.Scheme)
            .AddScheme<AuthenticationSchemeOptions, AccountTokenHandler>(AccountTokens.Scheme, null);
        services.AddOptions<Microsoft.AspNetCore.Antiforgery.AntiforgeryOptions>().Configure<IOptions<AccountsOptions>>((antiforgery, accounts) =>
        {
            antiforgery.Cookie.Name = accounts.Value.SecureCookies == CookieSecurePolicy.Always ? HostCookies.Prefix + "linboportal-form" : "linboportal-form";
            antiforgery.Cookie.SecurePolicy = accounts.Value.SecureCookies;
        });
    }

    private static void AddCircuits(IServiceCollection services)
    {
        services.AddSingleton<OpenPages>();
        services.AddScoped<CircuitHandler, CircuitLimit>();
        services.AddScoped<AuthenticationStateProvider, CircuitPerson>();
        services.Configure<CircuitOptions>(circuits =>
        {
            circuits.DisconnectedCircuitMaxRetained = 100;
            circuits.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(3);
        });
    }
}
