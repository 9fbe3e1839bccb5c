using LinboPortal.Core.Hosts;
using LinboPortal.Infrastructure.Distribution;
using LinboPortal.Infrastructure.Remote;
using LinboPortal.Infrastructure.Tests.Distribution;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace LinboPortal.Infrastructure.Tests.Remote;

/// <summary>The log of a boot whose menu asks nobody to take it, from a real SSH server.</summary>
public sealed class BootLogsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Booted = "linbo_init: network is up\nauth linbo:geheim\nlinbo_update: Connection refused\n";
    private const string Kept = "linbo_init: network is up\nauth linbo:***\nlinbo_update: Connection refused\n";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private BootLogs Logs(RsyncRig rig, TimeSpan? patience = null) => new(
        rig.Connections, rig.Logs, new ClientCallBacks(TimeProvider.System) { Pause = TimeSpan.FromMilliseconds(1) }, database.Databases, TimeProvider.System, NullLogger<BootLogs>.Instance)
    {
        Patience = patience ?? TimeSpan.Zero,
        Pauses = [.. Enumerable.Repeat(TimeSpan.FromMilliseconds(50), 2000)],
    };

    private async Task<ProbedHost> HostAsync(RsyncRig rig, string name, DropbearClient pc)
    {
        await rig.AddHostAsync(name, pc.Address.ToString());
        await using var db = await database.Databases.CreateDbContextAsync(Ct);
        return new ProbedHost(await db.Hosts.Where(h => h.Name == name).Select(h => h.Id).SingleAsync(Ct), pc.Address, HostState.Booting);
    }

    private static async Task FetchedAsync(BootLogs logs, ProbedHost host)
    {
        logs.Answers(host);
        await Wait.UntilAsync("nothing is to be fetched any more", () => logs.Count == 0);
    }

    private static string Read(RsyncRig rig, string name) => File.ReadAllText(rig.Folder.At($"logs/{name}_linbo.log"));

    [Fact]
    public async Task It_is_fetched_once_a_boot_also_by_a_portal_that_was_started_anew()
    {
        await using var rig = await RsyncRig.StartAsync(database);
        await using var room = await DropbearClients.StartAsync(1, rig.Key.PublicLine, Ct, port: rig.Ssh.Port, config: rig.Config);
        var pc = room[0];
        var host = await HostAsync(rig, "bl-once", pc);
        await File.WriteAllTextAsync(pc.Temporary("linbo.log"), Booted, Ct);
        using (var logs = Logs(rig))
        {
            await logs.StartAsync(Ct);
            await FetchedAsync(logs, host);
            Assert.Equal(Kept, Read(rig, "bl-once"));
            await File.AppendAllTextAsync(pc.Temporary("linbo.log"), "later\n", Ct);
            await FetchedAsync(logs, host);
            await logs.StopAsync(Ct);
        }

        using var anew = Logs(rig);
        await anew.StartAsync(Ct);
        await FetchedAsync(anew, host);
        Assert.Equal(Kept, Read(rig, "bl-once"));

        await pc.RebootAsync(Ct);
        await File.WriteAllTextAsync(pc.Temporary("linbo.log"), "another boot\n", Ct);
        await FetchedAsync(anew, host);
        Assert.Equal(Kept + "another boot\n", Read(rig, "bl-once"));
        await anew.StopAsync(Ct);
    }

    [Fact]
    public async Task What_the_menu_hands_over_is_not_fetched_and_what_was_fetched_stands_there_once()
    {
        await using var rig = await RsyncRig.StartAsync(database);
        await using var room = await DropbearClients.StartAsync(1, rig.Key.PublicLine, Ct, port: rig.Ssh.Port, config: rig.Config);
        var pc = room[0];
        var host = await HostAsync(rig, "bl-menu", pc);
        using var logs = Logs(rig);
        await logs.StartAsync(Ct);
        await File.WriteAllTextAsync(pc.Temporary("linbo.log"), Booted, Ct);
        await rig.GetAsync(pc.Address.ToString(), "linbo//tmp/linbo.log");
        Assert.Equal(Kept, Read(rig, "bl-menu"));
        await FetchedAsync(logs, host);
        Assert.Equal(Kept, Read(rig, "bl-menu"));

        // The menu comes late: after the portal.
        await pc.RebootAsync(Ct);
        await File.WriteAllTextAsync(pc.Temporary("linbo.log"), "start\n", Ct);
        await FetchedAsync(logs, host);
        await File.AppendAllTextAsync(pc.Temporary("linbo.log"), "menu\n", Ct);
        await rig.GetAsync(pc.Address.ToString(), "linbo//tmp/linbo.log");
        Assert.Equal(Kept + "start\nmenu\n", Read(rig, "bl-menu"));

        // 4.2 and older empty theirs: what comes then is new.
        await File.WriteAllTextAsync(pc.Temporary("linbo.log"), "start\n", Ct);
        await rig.GetAsync(pc.Address.ToString(), "linbo/tmp/bl-menu_linbo.log");
        Assert.Equal(Kept + "start\nmenu\nstart\n", Read(rig, "bl-menu"));
        await logs.StopAsync(Ct);
    }

    [Fact]
    public async Task A_PC_that_cannot_be_reached_is_tried_again_after_a_pause()
    {
        await using var rig = await RsyncRig.StartAsync(database);
        await using var room = await DropbearClients.StartAsync(1, rig.Key.PublicLine, Ct, port: rig.Ssh.Port, config: rig.Config);
        var pc = room[0];
        var host = await HostAsync(rig, "bl-away", pc);
        await pc.PowerOffAsync();
        using var logs = Logs(rig);
        await logs.StartAsync(Ct);
        logs.Answers(host);
        await Wait.UntilAsync("it was tried", () => logs.Attempts > 1);
        await pc.PowerOnAsync(Ct);
        await File.WriteAllTextAsync(pc.Temporary("linbo.log"), Booted, Ct);
        // An attempt between the two lines above found a PC without a log, which is an answer.
        await Wait.UntilAsync("nothing is to be fetched any more", () => logs.Count == 0);
        await FetchedAsync(logs, host);
        Assert.Equal(Kept, Read(rig, "bl-away"));
        await logs.StopAsync(Ct);
    }

    [Fact]
    public async Task Nothing_is_fetched_where_another_host_key_is_shown()
    {
        await using var rig = await RsyncRig.StartAsync(database);
        await using var room = await DropbearClients.StartAsync(1, rig.Key.PublicLine, Ct, port: rig.Ssh.Port, config: rig.Config);
        var pc = room[0];
        var host = await HostAsync(rig, "bl-key", pc);
        await File.WriteAllTextAsync(pc.Temporary("linbo.log"), "first\n", Ct);
        using var logs = Logs(rig);
        await logs.StartAsync(Ct);
        await FetchedAsync(logs, host);
        pc.ChangeHostKey();
        await pc.RebootAsync(Ct);
        await File.WriteAllTextAsync(pc.Temporary("linbo.log"), "strange\n", Ct);
        await FetchedAsync(logs, host);
        Assert.Equal("first\n", Read(rig, "bl-key"));
        await logs.StopAsync(Ct);
    }
}
