using LinboPortal.Boot;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Groups;
using LinboPortal.Core.Hosts;
using LinboPortal.Hosts;
using LinboPortal.Testing;
using Microsoft.Extensions.Time.Testing;

namespace LinboPortal.Tests.Boot;

public sealed class BootHistoryTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 8, 0, 0, TimeSpan.Zero);
    private readonly BootHistory history = new(database.Databases, new FakeTimeProvider(Now));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_last_ten_boots_come_newest_first_and_an_older_one_on_request()
    {
        var (host, runs) = await SeedAsync("a1", 12);
        var boots = await history.LastAsync(host.Id, runs[11].Id, Person.Portal, Ct);
        Assert.Equal([.. runs.Take(10).Select(r => r.Id), runs[11].Id], boots.Select(b => b.Id));
    }

    [Fact]
    public async Task Boots_of_a_room_that_a_teacher_does_not_have_stay_hidden()
    {
        var (host, runs) = await SeedAsync("a2", 1);
        Assert.Empty(await history.LastAsync(host.Id, null, Teacher(Guid.CreateVersion7()), Ct));
        Assert.Empty(await history.LastAsync(host.Id, runs[0].Id, Teacher(Guid.CreateVersion7()), Ct));
        Assert.Single(await history.LastAsync(host.Id, null, Teacher(host.RoomId), Ct));
    }

    [Fact]
    public async Task The_page_of_a_PC_finds_it_by_name_within_the_scope()
    {
        var (host, _) = await SeedAsync("a3", 1);
        var sight = new HostSight(database.Databases);
        var seen = await sight.FindAsync("A3", Person.Portal, Ct);
        Assert.Equal((host.Id, "room-a3", "group-a3", false), (seen!.Id, seen.Room, seen.Group, seen.GroupHasStartConf));
        Assert.Single(seen.Macs);
        Assert.Null(await sight.FindAsync("a3", Teacher(Guid.CreateVersion7()), Ct));
        Assert.Null(await sight.FindAsync("nobody", Person.Portal, Ct));
    }

    private static Person Teacher(Guid room) => new("m.huber", Permission.Of(Role.Teacher).ToHashSet(), new Scope.Rooms(new HashSet<Guid> { room }));

    private async Task<(Host Host, List<BootRun> Runs)> SeedAsync(string name, int boots)
    {
        await using var db = await database.Databases.CreateDbContextAsync(Ct);
        var room = new Room { School = Host.DefaultSchool, Name = "room-" + name };
        var group = new HostGroup { School = Host.DefaultSchool, Name = "group-" + name };
        var host = new Host { School = Host.DefaultSchool, Name = name, RoomId = room.Id, GroupId = group.Id };
        var mac = 0x525400000000 + (ulong)name[^1];
        host.Macs.Add(new HostMac { Mac = new MacAddress(mac) });
        List<BootRun> runs = [.. Enumerable.Range(0, boots).Select(i => new BootSamples(Now.AddDays(-i), host.Id, name, "lab1", mac).Uefi())];
        db.AddRange(room, group, host);
        db.AddRange(runs);
        await db.SaveChangesAsync(Ct);
        return (host, runs);
    }
}
