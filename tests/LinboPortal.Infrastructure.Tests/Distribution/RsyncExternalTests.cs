using System.Net;
using LinboPortal.Core.Boot;
using LinboPortal.Infrastructure.Distribution;
using LinboPortal.Infrastructure.Processes;
using LinboPortal.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Tests.Distribution;

/// <summary>A daemon that is not the portal's child: it knows the shared directory and the portal's address alone.</summary>
public sealed class RsyncExternalTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Its_hook_asks_the_portal_by_its_address_and_nothing_is_lost_while_the_portal_is_away()
    {
        var web = FreePort.Take();
        await using var rig = await RsyncRig.StartExternalAsync(database, $"http://127.0.0.1:{web}");
        await rig.AddHostAsync("ext1", "127.0.6.1");
        await using var daemon = Daemon(rig);
        daemon.Start();
        await UntilHealthAsync(rig, HealthStatus.Healthy);
        var file = rig.Folder.Write("tree/linbocmd/ext1.cmd", "sync:1");
        rig.Folder.Write("tree/start.conf.lab", "[LINBO]\n");

        // The portal is away: files are handed out, commands wait for it.
        await rig.StopHooksAsync();
        Assert.Equal(0, (await rig.GetAsync("127.0.6.1", "linbo/start.conf.lab")).ExitCode);
        Assert.NotEqual(0, (await rig.GetAsync("127.0.6.1", "linbo/linbocmd/ext1.cmd")).ExitCode);
        Assert.True(File.Exists(file));

        // It is back: commands go to their own PC alone, and what happened meanwhile is told, with its bytes.
        await rig.StartHooksAsync();
        await using var portal = await ServeAsync(rig, web);
        Assert.NotEqual(0, (await rig.GetAsync("127.0.6.2", "linbo/linbocmd/ext1.cmd")).ExitCode);
        Assert.Equal(0, (await rig.GetAsync("127.0.6.1", "linbo/linbocmd/ext1.cmd")).ExitCode);
        Assert.Equal("sync:1", rig.Got);
        var seen = await rig.SeenAsync(o => o is { Path: "start.conf.lab", Outcome: BootStepOutcome.Served });
        Assert.Equal((IPAddress.Parse("127.0.6.1"), 8L), (seen.Client, seen.Size));

        await daemon.StopAsync();
        await UntilHealthAsync(rig, HealthStatus.Unhealthy);
    }

    [Fact]
    public async Task Strangers_without_the_secret_find_nothing()
    {
        var web = FreePort.Take();
        await using var rig = await RsyncRig.StartExternalAsync(database, $"http://127.0.0.1:{web}");
        await using var portal = await ServeAsync(rig, web);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{web}") };

        foreach (var secret in new[] { "", "wrong", new string('0', 64) })
        {
            using var question = new HttpRequestMessage(HttpMethod.Post, RsyncHookEndpoint.Path + "?process=1") { Content = new StringContent("-\n127.0.6.1\n0\nlinbo\nx") };
            question.Headers.Add(RsyncHookEndpoint.Header, secret);
            Assert.Equal(HttpStatusCode.NotFound, (await http.SendAsync(question, Ct)).StatusCode);
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(rig.Setup.Folder.ApiHeader));
    }

    private static SupervisedProcess Daemon(RsyncRig rig) => new(
        new ProcessPlan("rsync", "rsync", ["--daemon", "--no-detach", $"--config={rig.Setup.Folder.Config}"]), TimeProvider.System, NullLogger.Instance);

    private static async Task<WebApplication> ServeAsync(RsyncRig rig, int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Services.AddSingleton(rig.Setup).AddSingleton(rig.Hooks).AddSingleton(TimeProvider.System).AddSingleton(Options.Create(rig.Options));
        var app = builder.Build();
        RsyncHookEndpoint.Map(app);
        await app.StartAsync(Ct);
        return app;
    }

    private static async Task UntilHealthAsync(RsyncRig rig, HealthStatus expected)
    {
        var (health, last) = (new RsyncHealth(rig.Daemon), default(HealthCheckResult));
        await Wait.UntilAsync(
            $"rsync is {expected}", async () => (last = await health.CheckHealthAsync(new HealthCheckContext(), Ct)).Status == expected, () => $"{last.Status} {last.Description}");
    }
}
