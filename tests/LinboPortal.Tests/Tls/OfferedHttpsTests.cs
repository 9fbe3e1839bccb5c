using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using LinboPortal.Core.Accounts;
using LinboPortal.Tls;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LinboPortal.Tests.Tls;

public sealed class OfferedHttpsTests(PortalFactory portal) : IClassFixture<PortalFactory>, IDisposable
{
    private readonly string files = Directory.CreateTempSubdirectory("linboportal-https-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(files, recursive: true);

    [Fact]
    public async Task The_first_start_offers_https_beside_http_without_leading_anybody_there()
    {
        var (plain, port) = (new Uri($"http://127.0.0.1:{FreePort.Take()}/"), FreePort.Take());
        portal.With("Urls", $"{plain}").With("Https:Port", $"{port}");
        portal.UseKestrel();
        portal.StartServer();
        await portal.CreateAccountAsync("mueller", Role.Administrator);

        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        var shown = "";
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            (shown = string.Join(':', SHA256.HashData(certificate!.GetRawCertData()).Select(b => $"{b:X2}"))).Length > 0;
        using var secure = new HttpClient(handler) { BaseAddress = new Uri($"https://127.0.0.1:{port}/") };
        using var answer = await secure.GetAsync("/login", Ct);
        Assert.Equal((HttpStatusCode.OK, portal.Services.GetRequiredService<OfferedHttps>().Fingerprint), (answer.StatusCode, shown));
        // A promise of https would hold for the port of plain http too, where PCs boot.
        Assert.False(answer.Headers.Contains("Strict-Transport-Security"));

        using var open = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = plain };
        using var page = await open.GetAsync("/login", Ct);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal("__Host-linboportal", await CookieAsync(secure));
        Assert.Equal("linboportal", await CookieAsync(open));
    }

    [Fact]
    public void The_certificate_stays_the_same_and_its_key_is_for_nobody_else()
    {
        var first = Offer(FreePort.Take(), out var configuration);
        Assert.Equal(first.Fingerprint, Offer(FreePort.Take(), out _).Fingerprint);
        var key = configuration["Portal:Tls:Key"]!;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        Assert.Equal($"http://127.0.0.1:1;https://127.0.0.1:{first.Port}", configuration["Urls"]);

        // Half a pair is no certificate: both are made anew.
        File.WriteAllText(key, "");
        Assert.NotEqual(first.Fingerprint, Offer(FreePort.Take(), out _).Fingerprint);
    }

    [Fact]
    public void A_port_that_was_asked_for_and_is_in_use_ends_the_start_with_its_name()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        Assert.Contains($"Https:Port: port {port}", Assert.Throws<InvalidOperationException>(() => Offer(port, out _)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Https:Port", "0")]
    [InlineData("Portal:Tls:Certificate", "/etc/ssl/portal.crt")]
    [InlineData("Urls", "http://127.0.0.1:1;https://127.0.0.1:2")]
    public void Nothing_is_offered_where_somebody_decided_otherwise(string setting, string value) =>
        Assert.Same(OfferedHttps.None, Offer(null, out _, (setting, value)));

    private OfferedHttps Offer(int? port, out ConfigurationManager configuration, params (string Key, string Value)[] settings)
    {
        configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Urls"] = "http://127.0.0.1:1", ["Portal:DataDirectory"] = files, ["Https:Port"] = port is null ? null : $"{port}" });
        configuration.AddInMemoryCollection(settings.ToDictionary(s => s.Key, s => (string?)s.Value));
        return OfferedHttps.Offer(configuration, TimeProvider.System);
    }

    private static async Task<string> CookieAsync(HttpClient http)
    {
        using var visitor = new Accounts.Visitor(http);
        using var answer = await visitor.SignInAsync("mueller", PortalFactory.Password);
        return answer.Headers.GetValues("Set-Cookie").Select(c => c.Split('=')[0]).Single(name => name.EndsWith("linboportal", StringComparison.Ordinal));
    }
}

public sealed class PlainHttpNoteTests(PortalFactory portal) : IClassFixture<PortalFactory>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("10.0.0.7", true)]
    [InlineData("127.0.0.1", false)]
    public async Task Who_would_send_a_password_readable_over_the_network_is_told(string from, bool isTold)
    {
        foreach (var path in new[] { "/login", "/setup" })
        {
            var answer = await portal.Server.SendAsync(http =>
            {
                http.Connection.RemoteIpAddress = IPAddress.Parse(from);
                (http.Request.Method, http.Request.Path, http.Request.Scheme) = ("GET", path, "http");
                http.Request.Host = new("portal.example", 8080);
            }, Ct);
            if (answer.Response.StatusCode != 200)
                continue; // one of the two leads to the other
            using var reader = new StreamReader(answer.Response.Body);
            Assert.Equal(isTold, (await reader.ReadToEndAsync(Ct)).Contains("id=\"plain-http\"", StringComparison.Ordinal));
            return;
        }

        Assert.Fail("Neither page answered.");
    }
}
