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

    private NetbootOrders Orders => field ??= new(Databases, new Tree(root, Path.Combine(root, "c"), Path.Combine(root, "l")));

    private NetbootChanges Netboots => new(Databases, List, Orders, GrubServer.TftpOnly, Events, Time);

    private string[] Files => [.. Directory.EnumerateFileSystemEntries(Path.Combine(root, "boot/grub/spool")).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task It_waits_in_GRUBs_spool_until_it_is_fetched_and_can_be_taken_back()
    {
        var pc = await AddedAsync(Form("net-pc1", "02:00:00:00:20:01"));
        using var heard = Events.Subscribe();
        Assert.Equal(NetbootOutcome.Done, await Netboots.OrderAsync(Teacher(pc.RoomId), "NET-PC1", Ct));
        var file = Path.Combine(root, "boot/grub/spool/net-pc1.netboot");
        // By its card where DHCP gives it no name.
        Assert.Equal(["02:00:00:00:20:01.netboot", "net-pc1.netboot"], Files);
        Assert.Equal(await File.ReadAllTextAsync(file, Ct), await File.ReadAllTextAsync(Path.Combine(root, "boot/grub/spool/02:00:00:00:20:01.netboot"), Ct));
        Assert.True(Netboots.IsWaiting("net-pc1"));
        Assert.Contains("linux /linbo64 netboot", await File.ReadAllTextAsync(file, Ct), StringComparison.Ordinal);
        Assert.True(new FileInfo(file).Length >= 4096);
        Assert.Contains(Read(heard), e => e is PortalEvent.HostUpdated { Host: "net-pc1" });

        Assert.Equal(NetbootOutcome.Done, await Netboots.TakeBackAsync(Admin, "net-pc1", Ct));
        Assert.Empty(Files);
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

    [Fact]
    public async Task It_follows_PCs_that_change_names_and_goes_with_one_that_is_deleted()
    {
        var (a, b, gone) = (await AddedAsync(Form("net-a", "02:00:00:00:20:0a")), await AddedAsync(Form("net-b", "02:00:00:00:20:0b")), await AddedAsync(Form("net-gone", "02:00:00:00:20:0c")));
        foreach (var pc in new[] { a, b, gone })
            Assert.Equal(NetbootOutcome.Done, await Netboots.OrderAsync(Admin, pc.Name, Ct));
        await using (var db = await Databases.CreateDbContextAsync(Ct))
        {
            // The two change names with each other.
            foreach (var (id, name) in new[] { (a.Id, "net-x"), (b.Id, "net-a"), (a.Id, "net-b") })
                await db.Hosts.Where(h => h.Id == id).ExecuteUpdateAsync(set => set.SetProperty(h => h.Name, name), Ct);
            await db.Hosts.Where(h => h.Id == gone.Id).ExecuteDeleteAsync(Ct);
        }

        await Orders.FollowAsync(Ct);

        Assert.Equal(["02:00:00:00:20:0a.netboot", "02:00:00:00:20:0b.netboot", "net-a.netboot", "net-b.netboot"], Files);
        Assert.StartsWith(GrubConfig.NetbootMark + a.Id, Orders.Read("net-b"), StringComparison.Ordinal);
        Assert.StartsWith(GrubConfig.NetbootMark + b.Id, Orders.Read("net-a"), StringComparison.Ordinal);
        Assert.Equal("net-b.netboot", new FileInfo(Path.Combine(root, "boot/grub/spool/02:00:00:00:20:0a.netboot")).LinkTarget);
        await Orders.FollowAsync(Ct);
        Assert.Equal(4, Files.Length);
    }

    [Fact]
    public async Task It_is_ordered_in_the_audit_trail_and_in_the_spool_or_in_neither()
    {
        var pc = await AddedAsync(Form("net-both", "02:00:00:00:20:0e"));
        var spool = Path.Combine(root, "boot/grub/spool");
        Directory.CreateDirectory(Path.GetDirectoryName(spool)!);
        await File.WriteAllTextAsync(spool, "no directory", Ct);
        await Assert.ThrowsAnyAsync<IOException>(() => Netboots.OrderAsync(Admin, pc.Name, Ct));
        await using var db = await Databases.CreateDbContextAsync(Ct);
        Assert.False(await db.AuditEntries.AnyAsync(a => a.Subject == "net-both" && a.Action == "host.netboot", Ct));
        File.Delete(spool);

        // A database that takes no line in the trail: it refuses NUL.
        var person = Admin with { UserName = "a\0b" };
        await Assert.ThrowsAnyAsync<Exception>(() => Netboots.OrderAsync(person, pc.Name, Ct));
        Assert.Empty(Files);

        Assert.Equal(NetbootOutcome.Done, await Netboots.OrderAsync(Admin, pc.Name, Ct));
        var text = Orders.Read(pc.Name);
        await Assert.ThrowsAnyAsync<Exception>(() => Netboots.OrderAsync(person, pc.Name, Ct));
        await Assert.ThrowsAnyAsync<Exception>(() => Netboots.TakeBackAsync(person, pc.Name, Ct));
        Assert.Equal(text, Orders.Read(pc.Name));
    }
}
