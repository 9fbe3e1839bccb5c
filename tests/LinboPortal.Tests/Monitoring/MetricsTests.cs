using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Events;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Jobs;
using LinboPortal.Infrastructure.Boot;
using LinboPortal.Monitoring.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LinboPortal.Tests.Monitoring;

public sealed partial class MetricsTests(PortalFactory factory) : IClassFixture<PortalFactory>
{
    private readonly PortalFactory portal = factory.With("Monitoring:Metrics:CacheSeconds", "0");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Numbers_are_told_under_the_names_that_Prometheus_wants()
    {
        await PrepareAsync();
        await ScrapeAsync(); // a request that has ended, to be told of
        portal.Services.GetRequiredService<BootJournal>().Report(new BootObservation(
            IPAddress.Parse("10.9.9.9"), null, BootStepKind.Http, "linbo64", TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(1), 4711, 4711, 0, BootStepOutcome.Served));

        var text = await ScrapeAsync();

        Assert.Equal(2, ValueOf(text, "linbo_hosts{state=\"linbo\"}"));
        Assert.Equal(1, ValueOf(text, "linbo_hosts{state=\"unknown\"}"));
        Assert.Equal(1, ValueOf(text, "linbo_jobs{state=\"queued\"}"));
        Assert.Equal(1, ValueOf(text, "linbo_host_runs{state=\"waiting\"}"));
        Assert.InRange(ValueOf(text, "linbo_job_queue_age_seconds"), 50, 500);
        Assert.Equal(4711, ValueOf(text, "linbo_transferred_bytes_total{protocol=\"http\"}"));
        Assert.Equal(0, ValueOf(text, "linbo_tftp_retransmits_total"));
        Assert.True(ValueOf(text, "linbo_database_size_bytes") > 1_000_000);
        Assert.True(ValueOf(text, "linbo_disk_free_bytes{of=\"data\"}") > 0);
        Assert.Matches(@"linbo_build_info\{version=""\d+\.\d+\.\d+""\} 1", text);
        Assert.Contains("http_server_request_duration_seconds_bucket", text, StringComparison.Ordinal);
        Assert.DoesNotContain("metrics-pc", text, StringComparison.Ordinal); // a label for each PC would fill any Prometheus
    }

    [Fact]
    public async Task A_boot_is_counted_once_with_its_duration()
    {
        var start = new DateTimeOffset(2026, 11, 25, 8, 0, 0, TimeSpan.Zero);
        var run = new BootRun { StartedAt = start, LastStepAt = start.AddSeconds(22), CompletedAt = start.AddSeconds(22), Firmware = "uefi" };
        await using (var db = await portal.Databases.CreateDbContextAsync(Ct))
        {
            db.Add(run);
            await db.SaveChangesAsync(Ct);
        }

        var ended = new PortalEvent.BootStepServed(run.Id, null, null, null, BootStepKind.Ssh, "2222", BootStepOutcome.Served, 0, TimeSpan.Zero);
        portal.Services.GetRequiredService<PortalEvents>().Publish(ended);
        portal.Services.GetRequiredService<PortalEvents>().Publish(ended);

        var text = await ScrapeUntilAsync("linbo_boot_duration_seconds_count{firmware=\"uefi\"} 1");

        Assert.Equal(22, ValueOf(text, "linbo_boot_duration_seconds_sum{firmware=\"uefi\"}"));
        Assert.Equal(0, ValueOf(text, "linbo_boot_duration_seconds_bucket{firmware=\"uefi\",le=\"20\"}"));
        Assert.Equal(1, ValueOf(text, "linbo_boot_duration_seconds_bucket{firmware=\"uefi\",le=\"25\"}"));
    }

    [Fact]
    public async Task Strangers_from_elsewhere_are_refused_and_so_is_a_proxy_that_nobody_named()
    {
        Assert.Equal(401, (await AskAsync("10.0.0.77")).Response.StatusCode);
        Assert.Equal(200, (await AskAsync("127.0.0.1")).Response.StatusCode);
        Assert.Equal(401, (await AskAsync("127.0.0.1", ("X-Forwarded-For", "10.0.0.77"))).Response.StatusCode);
    }

    [Fact]
    public async Task A_token_needs_the_right_to_look_at_the_system()
    {
        using var admin = await portal.CreateClientFor(Role.Administrator);
        using var teacher = await portal.CreateClientFor(Role.Teacher);

        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/metrics", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await teacher.GetAsync("/metrics", Ct)).StatusCode);
    }

    [Theory]
    [InlineData("10.0.3.0/24", true)]
    [InlineData("10.0.3.7", true)]
    [InlineData("fd00::/8", true)]
    [InlineData("10.0.3.0/33", false)]
    [InlineData("intranet", false)]
    public void Networks_are_read_at_the_start(string network, bool isGood) =>
        Assert.Equal(isGood, new MetricsOptions { Networks = [network] }.HasReadableNetworks);

    private async Task PrepareAsync()
    {
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        var room = new Room { School = Host.DefaultSchool, Name = "metrics" };
        Host[] hosts = [.. Enumerable.Range(1, 3).Select(i => new Host { School = Host.DefaultSchool, Name = $"metrics-pc{i}", RoomId = room.Id })];
        var job = new Job
        {
            Target = "room:metrics",
            Commands = "sync:1",
            State = JobState.Queued,
            CreatedBy = "admin",
            CreatedAt = TimeProvider.System.GetUtcNow().AddSeconds(-60),
            Runs = { new HostRun { Host = "metrics-pc1", HostId = hosts[0].Id, RoomId = room.Id } },
        };
        db.Add(room);
        db.AddRange(hosts);
        db.Add(job);
        db.AddRange(hosts[..2].Select(h => new HostStatus { HostId = h.Id, State = HostState.Linbo, Since = TimeProvider.System.GetUtcNow() }));
        await db.SaveChangesAsync(Ct);
    }

    private Task<HttpContext> AskAsync(string from, params (string Name, string Value)[] headers) => portal.Server.SendAsync(
        http =>
        {
            http.Request.Method = "GET";
            http.Request.Path = "/metrics";
            http.Connection.RemoteIpAddress = IPAddress.Parse(from);
            foreach (var (name, value) in headers)
                http.Request.Headers[name] = value;
        },
        Ct);

    private async Task<string> ScrapeAsync()
    {
        using var body = new StreamReader((await AskAsync("127.0.0.1")).Response.Body);
        return Scope().Replace(await body.ReadToEndAsync(Ct), "").Replace("{}", "", StringComparison.Ordinal);
    }

    private Task<string> ScrapeUntilAsync(string line) =>
        Wait.ForAsync($"the metrics have {line}", async () => await ScrapeAsync() is var text && text.Contains(line, StringComparison.Ordinal) ? text : null);

    private static double ValueOf(string text, string series)
    {
        var line = text.Split('\n').SingleOrDefault(l => l.StartsWith(series + " ", StringComparison.Ordinal));
        Assert.True(line is not null, $"{series} is missing in\n{text}");
        return double.Parse(line[series.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"otel_scope_name=""[^""]*"",?")]
    private static partial Regex Scope();
}
