using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace LinboPortal.Tls;

/// <summary>https by certificate files, or by a certificate of the portal's own.</summary>
internal static class TlsFeature
{
    public const string AcmePath = "/.well-known/acme-challenge";

    private const int LongestChallenge = 4096;

    public static WebApplicationBuilder AddTls(this WebApplicationBuilder builder)
    {
        var offered = OfferedHttps.Offer(builder.Configuration, TimeProvider.System);
        builder.Services.AddSingleton(offered);
        if (offered != OfferedHttps.None)
            builder.Services.AddHostedService<OfferedHttpsNote>();
        builder.Services.AddOptions<TlsOptions>().BindConfiguration(TlsOptions.Section).ValidateDataAnnotations()
            .Validate(o => o.Certificate.Length > 0 == o.Key.Length > 0, "Portal:Tls:Certificate and Portal:Tls:Key belong together: set both or none.")
            .Validate(o => o.IsOn == HasHttps(builder.Configuration["Urls"]),
                "Portal:Tls:Certificate needs an https:// address in Urls and the other way round, for instance Urls=http://0.0.0.0:80;https://0.0.0.0:443.")
            .ValidateOnStart();
        if (builder.Configuration[$"{TlsOptions.Section}:{nameof(TlsOptions.Certificate)}"] is not { Length: > 0 })
            return builder;
        builder.Services.AddSingleton<PortalCertificate>();
        builder.Services.AddHealthChecks().AddCheck<TlsHealth>("tls");
        builder.Services.AddOptions<KestrelServerOptions>().Configure<PortalCertificate>((kestrel, certificate) => kestrel.ConfigureHttpsDefaults(https =>
        {
            https.ServerCertificateSelector = (_, _) => certificate.Read().TargetCertificate;
            https.OnAuthenticate = (_, tls) =>
            {
                // With the certificates between, which the selector cannot give.
                tls.ServerCertificateContext = certificate.Read();
                tls.ServerCertificateSelectionCallback = null;
            };
        }));
        return builder;
    }

    public static WebApplication UseTls(this WebApplication app)
    {
        if (app.Services.GetService<PortalCertificate>() is not { } certificate)
            return app;
        certificate.Read(); // bad files end the start, not the first visit
        // A browser that would have to ask about the certificate is not led there.
        if (app.Services.GetRequiredService<OfferedHttps>().Port is null)
            app.UseMiddleware<TlsRedirect>();
        return app;
    }

    public static WebApplication MapTls(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<TlsOptions>>().Value.AcmeDirectory.Length > 0)
            app.MapGet(AcmePath + "/{token}", AnswerAcmeAsync).AllowAnonymous().ExcludeFromDescription().WithDisplayName("ACME");
        return app;
    }

    /// <summary>The port of the first <c>https://</c> address.</summary>
    public static int PortOf(string? urls) => Addresses(urls).FirstOrDefault(a => a.Scheme == "https")?.Port ?? 443;

    private static bool HasHttps(string? urls) => Addresses(urls).Any(a => a.Scheme == "https");

    private static IEnumerable<BindingAddress> Addresses(string? urls) =>
        (urls ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(BindingAddress.Parse);

    private static async Task<Results<ContentHttpResult, NotFound>> AnswerAcmeAsync(string token, IOptions<TlsOptions> options, CancellationToken ct)
    {
        // RFC 8555, 8.3: a token has no other signs than these.
        if (token.Length is 0 or > 200 || !token.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            return TypedResults.NotFound();
        var file = new FileInfo(Path.Combine(options.Value.AcmeDirectory, token));
        return file is { Exists: true, Length: <= LongestChallenge }
            ? TypedResults.Text(await File.ReadAllTextAsync(file.FullName, ct))
            : TypedResults.NotFound();
    }
}
