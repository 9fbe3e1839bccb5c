using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;

namespace LinboPortal.EndToEnd;

/// <summary>Two portals on one database, which hear of each other through Redis.</summary>
[Collection(AloneOnTheMachine.Name)]
public sealed class TwoPortalsTests
{
    private const string Pc = "r101-pc01";

    private static readonly TimeSpan Patience = Wait.Limit;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_happens_at_one_portal_is_seen_at_the_other_and_both_work_on_while_Redis_is_dead()
    {
        await using var here = new PortalHome();
        await using var there = new PortalHome();
        var port = FreePort.Take();
        using var redis = new RedisProcess(here.Directory, port);
        string[] settings =
        [
            $"--ConnectionStrings:Redis=127.0.0.1:{port}", $"--Accounts:KeyFile={Path.Combine(here.Directory, "shared.key")}",
            $"--Accounts:InitialAdminPassword={PortalHome.AdminPassword}", "--Remote:Probe:Enabled=false",
        ];
        redis.Start();
        await here.StartAsync(settings, Ct);
        await there.StartAsync([.. settings, $"--ConnectionStrings:Portal=Host={DatabaseOf(here)};Username=portal;Database=portal"], Ct);
        using var api = await PortalApi.SignInAsync(here.Address, Ct);
        using var other = await PortalApi.SignInAsync(there.Address, Ct);
        using var ears = await other.ListenAsync(there.Address, Ct);
        await CacheIsAsync("Healthy", here, there);

        // A PC is added here, gets a boot file here, and is told of there.
        await AddAsync(api, Pc, "52:54:00:10:01:01");
        await HeardAsync(ears, "host.created", Pc);
        await DatabaseAsync(here, $"update hosts set address = '127.0.0.1' where name = '{Pc}'"); // the portal would not take a loopback address
        await DownloadAsync(here, "boot/grub/i386-pc/core.0");
        Assert.Equal("Booting", (await HeardAsync(ears, "host.state", Pc)).GetProperty("state").GetString());

        redis.Kill();
        await CacheIsAsync("Degraded", here, there);
        await AddAsync(api, "r101-pc02", "52:54:00:10:01:02");
        Assert.Equal("r101-pc02", (await other.GetAsync("api/v1/hosts/r101-pc02", Ct)).GetProperty("name").GetString());

        redis.Start();
        await CacheIsAsync("Healthy", here, there);
        await AddAsync(other, "r101-pc03", "52:54:00:10:01:03");
        await HeardAsync(ears, "host.created", "r101-pc03");
        await AddAsync(api, "r101-pc04", "52:54:00:10:01:04");
        await HeardAsync(ears, "host.created", "r101-pc04");
    }

    private static Task<string> AddAsync(PortalApi api, string name, string mac) =>
        api.SendAsync(HttpMethod.Post, "api/v1/hosts", JsonContent.Create(new { name, room = "r101", macs = new[] { mac }, address = "DHCP" }), Ct);

    private static async Task DownloadAsync(PortalHome home, string file)
    {
        using var http = new HttpClient { BaseAddress = home.Address };
        await http.GetByteArrayAsync(new Uri($"linbo/{file}", UriKind.Relative), Ct);
    }

    /// <summary>Reads the stream until it tells this of this PC.</summary>
    private static async Task<JsonElement> HeardAsync(ClientWebSocket ears, string type, string host)
    {
        var buffer = new byte[65536];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await Wait.ForAsync($"{type} of {host} is heard", ears.ReceiveAsync(buffer.AsMemory(length), Ct).AsTask());
                length += part.Count;
            }
            while (!part.EndOfMessage);
            var message = JsonDocument.Parse(buffer.AsMemory(0, length).ToArray()).RootElement;
            if (message.GetProperty("type").GetString() == type && message.GetProperty("data") is var data && data.GetProperty("host").GetString() == host)
                return data;
        }
    }

    /// <summary>Waits until both say so: <c>/ready</c> looks now, <c>/health</c> tells the last look and that the portal lives.</summary>
    private static async Task CacheIsAsync(string health, params IEnumerable<PortalHome> homes)
    {
        foreach (var home in homes)
        {
            using var http = new HttpClient { BaseAddress = home.Address };
            await Programs.UntilAsync($"the cache is {health} at {home.Address}", Patience, async () =>
            {
                using var ready = await http.GetAsync(new Uri("ready", UriKind.Relative), Ct);
                Assert.NotEqual(System.Net.HttpStatusCode.ServiceUnavailable, ready.StatusCode); // the portal is of use without Redis
                var alive = await http.GetFromJsonAsync<JsonElement>(new Uri("health", UriKind.Relative), Ct);
                Assert.Equal("Healthy", alive.GetProperty("status").GetString());
                return alive.GetProperty("parts").GetProperty("cache").GetString() == health ? "yes" : null;
            }, Ct);
        }
    }

    private static string DatabaseOf(PortalHome home) => Path.GetDirectoryName(Directory.EnumerateFiles(
        home.Directory, ".s.PGSQL.5432", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }).First())!;

    private static Task<string> DatabaseAsync(PortalHome home, string sql) =>
        Programs.RunAsync("psql", ["-h", DatabaseOf(home), "-U", "portal", "-d", "portal", "-c", sql], Ct);

    private sealed class RedisProcess(string directory, int port) : IDisposable
    {
        private Process? process;

        public void Start() => process = Programs.Start(
            "redis-server", ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--dir", directory], _ => { });

        /// <summary>As a crash is (SIGKILL).</summary>
        public void Kill()
        {
            process?.Kill();
            process?.WaitForExit();
            process?.Dispose();
            process = null;
        }

        public void Dispose() => Kill();
    }
}
