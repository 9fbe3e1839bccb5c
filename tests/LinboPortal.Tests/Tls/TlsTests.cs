using System.Net;
using LinboPortal.Core.Events;
using LinboPortal.Infrastructure.Processes;
using LinboPortal.Monitoring;
using Microsoft.Extensions.DependencyInjection;

namespace LinboPortal.Tests.Tls;

public sealed class TlsTests(PortalFactory portal) : IClassFixture<PortalFactory>, IDisposable
{
    private readonly string files = Directory.CreateTempSubdirectory("linboportal-tls-").FullName;
    private readonly Uri plain = new($"http://127.0.0.1:{FreePort.Take()}/");
    private readonly Uri secure = new($"https://127.0.0.1:{FreePort.Take()}/");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(files, recursive: true);

    [Fact]
    public async Task A_renewed_certificate_is_used_without_a_restart_and_http_leads_to_https()
    {
        await MakeAsync("first");
        File.WriteAllText(Path.Combine(files, "token_1-a"), "token_1-a.thumbprint");
        portal.With("Urls", $"{plain};{secure}").With("Portal:Tls:Certificate", Path.Combine(files, "cert.pem"))
            .With("Portal:Tls:Key", Path.Combine(files, "key.pem")).With("Portal:Tls:AcmeDirectory", files);
        portal.UseKestrel();
        portal.StartServer();

        Assert.Equal("CN=first", await SubjectAsync());
        await LeadsToHttpsAsync();

        // As certbot does it: one file after the other. In between the former pair is used, and the page System says so.
        var oldKey = await File.ReadAllTextAsync(Path.Combine(files, "key.pem"), Ct);
        await MakeAsync("second");
        var newKey = await File.ReadAllTextAsync(Path.Combine(files, "key.pem"), Ct);
        await File.WriteAllTextAsync(Path.Combine(files, "key.pem"), oldKey, Ct);
        await Wait.UntilAsync("half a pair is told", async () => await HealthAsync() is { Health: ServiceHealth.Degraded } tls && tls.Message.Contains("former one", StringComparison.Ordinal));
        Assert.Equal("CN=first", await SubjectAsync());
        await File.WriteAllTextAsync(Path.Combine(files, "key.pem"), newKey, Ct);

        await Wait.UntilAsync("the new certificate is used", async () => await SubjectAsync() == "CN=second");
        Assert.Equal(ServiceHealth.Healthy, (await HealthAsync()).Health);
    }

    private async Task LeadsToHttpsAsync()
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = plain };

        using var page = await http.GetAsync("/hosts?room=r101", Ct);
        Assert.Equal((HttpStatusCode.TemporaryRedirect, $"{secure}hosts?room=r101"), (page.StatusCode, page.Headers.Location?.ToString()));
        foreach (var path in new[] { "/health", "/metrics", "/.well-known/acme-challenge/token_1-a" })
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(path, Ct)).StatusCode);
        Assert.Equal("token_1-a.thumbprint", await http.GetStringAsync("/.well-known/acme-challenge/token_1-a", Ct));
        foreach (var path in new[] { "/linbo/linbo64", "/.well-known/acme-challenge/key.pem", "/.well-known/acme-challenge/..%2Fkey" })
            Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(path, Ct)).StatusCode);
    }

    private async Task<string> SubjectAsync()
    {
        var subject = "";
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => (subject = certificate!.Subject).Length > 0;
        using var https = new HttpClient(handler) { BaseAddress = secure };
        (await https.GetAsync("/health", Ct)).EnsureSuccessStatusCode();
        return subject;
    }

    private async Task<ServiceReport> HealthAsync() =>
        (await portal.Services.GetRequiredService<ServiceHealthWatch>().CheckAsync(Ct)).Single(r => r.Service == "tls");

    private Task<ProgramResult> MakeAsync(string name) => new ProgramRun(
        "openssl",
        [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "60", "-subj", $"/CN={name}",
            "-keyout", Path.Combine(files, "key.pem"), "-out", Path.Combine(files, "cert.pem"),
        ]).RunAsync(Ct);
}
