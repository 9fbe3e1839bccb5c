using LinboPortal.Core.Accounts;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Events;
using LinboPortal.Hosts;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;
using Tree = LinboPortal.Infrastructure.LinboTree.LinboTree;

namespace LinboPortal.Tests.Hosts;

/// <summary>One boot from the network for a PC whose cached LINBO does not start.</summary>
public sealed class NetbootTests(TestDatabase database) : HostUseCases(database), IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("netboot").FullName;

    private NetbootChanges Netboots => new(Databases, List, new Tree(root, Path.Combine(root, "c"), Path.Combine(root, "l")), GrubServer.TftpOnly, Events, Time);

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task It_waits_in_GRUBs_spool_until_it_is_fetched_and_can_be_taken_back()
    {
        var pc = await AddedAsync(Form("net-pc1", "02:00:00:00:20:01"));
        using var heard = Events.Subscribe();
        Assert.Equal(NetbootOutcome.Done, await Netboots.OrderAsync(Teacher(pc.RoomId), "NET-PC1", Ct));
        var file = Path.Combine(root, "boot/grub/spool/net-pc1.netboot");
        Assert.True(Netboots.IsWaiting("net-pc1"));
        Assert.Contains("linux /linbo64 netboot", await File.ReadAllTextAsync(file, Ct), StringComparison.Ordinal);
        Assert.True(new FileInfo(file).Length >= 4096);
        Assert.Contains(Read(heard), e => e is PortalEvent.HostUpdated { Host: "net-pc1" });

        Assert.Equal(NetbootOutcome.Done, await Netboots.TakeBackAsync(Admin, "net-pc1", Ct));
        Assert.False(File.Exists(file));
        Assert.Equal(NetbootOutcome.NotThere, await Netboots.TakeBackAsync(Admin, "net-pc1", Ct));
        await using var db = await Databases.CreateDbContextAsync(Ct);
        Assert.Equal(["host.netboot", "host.netboot.cancel"], await db.AuditEntries.Where(a => a.Subject == "net-pc1" && a.Action.StartsWith("host.netboot")).OrderBy(a => a.Action).Select(a => a.Action).ToListAsync(Ct));
    }

    [Fact]
    public async Task Nobody_orders_it_for_a_PC_that_he_does_not_see_or_without_the_right_to_run_jobs()
    {
        await AddedAsync(Form("net-pc2", "02:00:00:00:20:02"));
        var observer = new Person("observer", Permission.Of(Role.Observer).ToHashSet(), Scope.Everything);
        Assert.Equal(NetbootOutcome.Forbidden, await Netboots.OrderAsync(observer, "net-pc2", Ct));
        Assert.Equal(NetbootOutcome.NotThere, await Netboots.OrderAsync(Teacher(), "net-pc2", Ct));
        Assert.Equal(NetbootOutcome.NotThere, await Netboots.OrderAsync(Admin, "../../x", Ct));
        Assert.False(Netboots.IsWaiting("net-pc2"));
        Assert.False(Netboots.IsWaiting("../../grub"));
    }
}
