using LinboPortal.Core.Accounts;
using LinboPortal.Core.Groups;
using LinboPortal.Core.Hosts;
using LinboPortal.Dashboard;
using LinboPortal.Hosts;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace LinboPortal.Tests.Hosts;

/// <summary>What pages read, on a school of two rooms: in the first boots a PC, the second is off.</summary>
public sealed class SightTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 8, 0, 0, TimeSpan.Zero);
    private readonly Room lab = new() { School = Host.DefaultSchool, Name = "lab", Description = "first floor" };
    private readonly Room attic = new() { School = Host.DefaultSchool, Name = "attic" };
    private readonly HostGroup bare = new() { School = Host.DefaultSchool, Name = "bare" };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private RoomSight Rooms => new(database.Databases, new RoomList(database.Databases), new FakeTimeProvider(Now));

    private DashboardSight Dashboard => new(database.Databases, Rooms, new FakeTimeProvider(Now));

    public async ValueTask InitializeAsync()
    {
        await using var db = await database.Databases.CreateDbContextAsync(CancellationToken.None);
        db.AddRange(lab, attic, bare);
        foreach (var (name, room, number) in new[] { ("lab-pc2", lab, 2), ("lab-pc10", lab, 10), ("attic-pc1", attic, 1) })
        {
            var host = new Host { School = Host.DefaultSchool, Name = name, RoomId = room.Id, GroupId = bare.Id };
            host.Macs.Add(new HostMac { Mac = new MacAddress(0x525400000000 + (ulong)number) });
            db.Add(host);
            if (number != 1)
                db.Add(new HostStatus { HostId = host.Id, State = number == 2 ? HostState.Booting : HostState.Linux, Since = Now, SeenAt = Now });
            if (number == 2)
                db.Add(new BootSamples(Now.AddSeconds(-20), host.Id, name, "bare", 0x525400000002).StillBooting());
        }

        await db.SaveChangesAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await using var db = await database.Databases.CreateDbContextAsync(CancellationToken.None);
        db.Hosts.RemoveRange(db.Hosts);
        db.Rooms.RemoveRange(db.Rooms);
        db.Groups.RemoveRange(db.Groups);
        await db.SaveChangesAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_room_counts_its_PCs_by_state_and_lists_them_as_people_count()
    {
        var found = await Rooms.RoomAsync(lab.Id, Person.Portal, Ct);
        Assert.Equal(["lab-pc2", "lab-pc10"], found!.Value.Pcs.Select(p => p.Name));
        Assert.Equal((2, 2), (found.Value.Room.Total, found.Value.Room.On));
        Assert.Equal(Core.Boot.BootStage.Kernel, found.Value.Pcs[0].Stage);
        var all = await Rooms.RoomsAsync(Person.Portal, Ct);
        Assert.Equal([("attic", 1, 0), ("lab", 2, 2)], all.Select(r => (r.Name, r.Total, r.On)));
    }

    [Fact]
    public async Task What_does_not_boot_LINBO_is_counted_as_another_device()
    {
        (string PxeFlag, bool HasGroup, string Role, bool IsPc)[] all =
        [
            ("1", true, "classroom-studentcomputer", true), ("2", true, "mobile", true), ("0", true, "classroom-studentcomputer", false), ("3", true, "staffcomputer", false),
            ("", true, "staffcomputer", false), ("1", false, "classroom-studentcomputer", false), ("1", true, "printer", false), ("1", true, "router", false),
        ];
        await using (var db = await database.Databases.CreateDbContextAsync(Ct))
        {
            foreach (var (device, i) in all.Select((d, i) => (d, i)))
                db.Add(new Host { School = Host.DefaultSchool, Name = $"d{i}", RoomId = attic.Id, GroupId = device.HasGroup ? bare.Id : null, PxeFlag = device.PxeFlag, Role = device.Role });
            await db.SaveChangesAsync(Ct);
        }

        var (room, pcs) = (await Rooms.RoomAsync(attic.Id, Person.Portal, Ct))!.Value;
        Assert.Equal(all.Select(d => d.IsPc), pcs.Where(p => p.Name[0] == 'd').Select(p => p.IsPc));
        Assert.Equal(all.Select(d => d.IsPc), all.Select(d => Host.IsPc(d.PxeFlag, d.HasGroup, d.Role)));
        Assert.Equal((3, 6), (room.Total, room.Devices)); // attic-pc1 is a PC, too
    }

    [Fact]
    public async Task A_teacher_sees_the_own_room_and_no_other()
    {
        var teacher = Teacher(attic.Id);
        Assert.Equal(["attic"], (await Rooms.RoomsAsync(teacher, Ct)).Select(r => r.Name));
        Assert.Null(await Rooms.RoomAsync(lab.Id, teacher, Ct));
        Assert.Empty(await Dashboard.BootingAsync(teacher, Ct));
        Assert.Empty(await new SearchSight(database.Databases).FindAsync("lab", teacher, Ct));
    }

    [Fact]
    public async Task The_dashboard_says_which_PC_boots_and_how_far_it_is()
    {
        var pc = Assert.Single(await Dashboard.BootingAsync(Person.Portal, Ct));
        Assert.Equal(("lab-pc2", "lab", Core.Boot.BootStage.Kernel, "linbo64"), (pc.Host, pc.Room, pc.Stage, pc.Step));
    }

    [Fact]
    public async Task A_boot_that_has_not_ended_is_not_listed_as_starting_while_its_PC_is_counted_in_another_state()
    {
        await using var db = await database.Databases.CreateDbContextAsync(Ct);
        await db.HostStatuses.Where(s => s.State == HostState.Booting).ExecuteUpdateAsync(s => s.SetProperty(h => h.State, HostState.Linbo), Ct);

        Assert.Empty(await Dashboard.BootingAsync(Person.Portal, Ct));
        Assert.DoesNotContain((await Rooms.RoomsAsync(Person.Portal, Ct)).SelectMany(r => r.Counts), c => c is { Key: HostState.Booting, Value: > 0 });
    }

    [Fact]
    public async Task Groups_without_start_conf_are_told_with_the_number_of_their_PCs()
    {
        var standing = await Dashboard.StandingAsync(Person.Portal, Ct);
        Assert.Equal((3, "bare"), (standing.PcsWithoutConf, Assert.Single(standing.GroupsWithoutConf)));
        Assert.True(standing.HasBooted);
        Assert.False(standing.HasCompleted);
    }

    [Fact]
    public async Task Search_finds_PCs_rooms_and_groups_the_best_first()
    {
        var search = new SearchSight(database.Databases);
        Assert.Equal(["lab-pc2", "lab-pc10", "lab"], (await search.FindAsync("LAB", Person.Portal, Ct)).Select(f => f.Name));
        Assert.Equal("/groups/bare", (await search.FindAsync("bare", Person.Portal, Ct))[^1].Href);
        Assert.Equal("attic-pc1", (await search.FindAsync("52:54:00:00:00:01", Person.Portal, Ct))[0].Name);
        Assert.Empty(await search.FindAsync("%", Person.Portal, Ct));
    }

    private static Person Teacher(Guid room) => new("m.huber", Permission.Of(Role.Teacher).ToHashSet(), new Scope.Rooms(new HashSet<Guid> { room }));
}
