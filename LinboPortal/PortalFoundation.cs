using LinboPortal.Core.Events;
using LinboPortal.Infrastructure;
using LinboPortal.Infrastructure.Distribution;
using LinboPortal.Infrastructure.Persistence;
using LinboPortal.Tls;

namespace LinboPortal;

/// <summary>What all slices stand on: settings, clock, events, database.</summary>
internal static class PortalFoundation
{
    private const string Secrets = "/run/secrets";
    private const long MostConnections = 10_000;
    private const long LargestBody = 16 * 1024 * 1024;

    /// <summary>Must come first: services start in the order they are added, and everything needs the database.</summary>
    public static WebApplicationBuilder AddFoundation(this WebApplicationBuilder builder)
    {
        if (Directory.Exists(Secrets))
            builder.Configuration.AddKeyPerFile(Secrets, optional: true);
        CheckUrls(builder.Configuration["Urls"]);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<PortalEvents>();
        builder.Services.AddPortalSettings();
        builder.Services.AddPortalDatabase();

        // An import of a large school is the biggest body; endpoints that take less say so.
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.ConfigureEndpointDefaults(StraightOutput.UseStraightOutput);
            kestrel.Limits.MaxRequestBodySize = LargestBody;
            // A room of PCs and its pages need hundreds; without a bound idle connections of a stranger use up the memory and the files of the process.
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.MaxConcurrentUpgradedConnections = MostConnections;
        });

        // Everything must be down 10 s after Ctrl-C; the rest of the time is PostgreSQL's.
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(4));
        return builder.AddTls();
    }

    // Kestrel finds it only after everything else has started, and does not name the setting.
    private static void CheckUrls(string? urls)
    {
        foreach (var url in (urls ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            try
            {
                if (BindingAddress.Parse(url).Scheme is "http" or "https")
                    continue;
            }
            catch (FormatException)
            {
                // said below
            }

            throw new InvalidOperationException($"Urls: '{url}' is no address to listen at. Write it like http://0.0.0.0:8080, several separated by semicolons.");
        }
    }
}
