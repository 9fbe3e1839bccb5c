using LinboPortal.Core.Events;
using LinboPortal.Core.Hosts;
using LinboPortal.Hosts;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Tests.Hosts;

public sealed class HostChangesTests(TestDatabase database) : HostUseCases(database)
{
    [Fact]
    public async Task A_new_host_makes_its_room_and_group_and_is_told()
    {
        using var events = Events.Subscribe();
        var host = await AddedAsync(Form("A1-PC", "52-54-00-A0-00-01", "10.1.0.1", "a1", "groupa1"));
        Assert.Equal(("a1-pc", "a1", "groupa1", "52:54:00:a0:00:01"), (host.Name, host.Room, host.Group, host.Macs.Single().ToString()));
        var told = Read(events);
        Assert.Contains(told, e => e is PortalEvent.GroupUpdated { Group: "groupa1", Revision: 0 });
        Assert.Contains(told, e => e is PortalEvent.HostCreated { Host: "a1-pc" } c && c.RoomId == host.RoomId);
        await using var db = await Databases.CreateDbContextAsync(Ct);
        Assert.Null((await db.Groups.SingleAsync(g => g.Name == "groupa1", Ct)).StartConf);
        var audit = await db.AuditEntries.SingleAsync(a => a.Subject == "a1-pc", Ct);
        Assert.Equal(("admin", "host.create"), (audit.Person, audit.Action));
    }

    [Fact]
    public async Task All_that_is_wrong_is_said_at_once()
    {
        var issues = Assert.IsType<HostSaved.Refused>(await Changes.AddAsync(Admin, Form("12", "xx", "999", "", "a b"), Ct)).Issues;
        Assert.Equal(
            [HostField.Room, HostField.Name, HostField.Group, HostField.Mac, HostField.Address], issues.Where(i => !i.IsWarning).Select(i => i.Field).Order());
    }

    [Fact]
    public async Task A_value_that_another_host_has_names_field_value_and_host()
    {
        await AddedAsync(Form("b1", "52:54:00:b0:00:01", "10.1.1.1") with { OtherMacs = "52:54:00:b0:00:02" });
        var refused = Assert.IsType<HostSaved.Refused>(await Changes.AddAsync(Admin, Form("B1", "52:54:00:b0:00:02", "10.1.1.1"), Ct));
        Assert.Equal(
            [
                new HostIssue(HostField.Name, HostProblem.TakenBy, "b1", "b1"),
                new HostIssue(HostField.Mac, HostProblem.TakenBy, "52:54:00:b0:00:02", "b1"),
                new HostIssue(HostField.Address, HostProblem.TakenBy, "10.1.1.1", "b1"),
            ],
            refused.Issues);
    }

    [Fact]
    public async Task An_address_of_another_school_is_a_warning()
    {
        await AddedAsync(Form("c1", "52:54:00:c0:00:01", "10.1.2.1"));
        var done = Assert.IsType<HostSaved.Done>(await Changes.AddAsync(Admin, Form("c1", "52:54:00:c0:00:02", "10.1.2.1") with { School = "gym" }, Ct));
        Assert.Equal("gym-c1", done.Host.Name);
        Assert.Equal(HostProblem.TakenInOtherSchool, Assert.Single(done.Warnings).Problem);
    }

    [Fact]
    public async Task An_edit_that_somebody_else_outran_shows_what_they_made_of_it()
    {
        var host = await AddedAsync(Form("d1", "52:54:00:d0:00:01"));
        var mine = HostForm.Of(host) with { Comment = "mine" };
        var theirs = Assert.IsType<HostSaved.Done>(await Changes.EditAsync(Admin, host.Id, host.Version, HostForm.Of(host) with { Comment = "theirs" }, Ct));
        var conflict = Assert.IsType<HostSaved.Conflict>(await Changes.EditAsync(Admin, host.Id, host.Version, mine, Ct));
        Assert.Equal("theirs", conflict.Theirs.Comment);
        Assert.Equal("mine", Assert.IsType<HostSaved.Done>(await Changes.EditAsync(Admin, host.Id, theirs.Host.Version, mine, Ct)).Host.Comment);
    }

    [Fact]
    public async Task Addresses_can_be_added_and_change_places()
    {
        var host = await AddedAsync(Form("e1", "52:54:00:e0:00:01") with { OtherMacs = "52:54:00:e0:00:02" });
        var form = HostForm.Of(host) with { Mac = "52:54:00:e0:00:02", OtherMacs = "52:54:00:e0:00:01 52:54:00:e0:00:03" };
        var done = Assert.IsType<HostSaved.Done>(await Changes.EditAsync(Admin, host.Id, host.Version, form, Ct));
        Assert.Equal(["52:54:00:e0:00:02", "52:54:00:e0:00:01", "52:54:00:e0:00:03"], done.Host.Macs.Select(m => m.ToString()));
        Assert.NotEqual(host.Version, done.Host.Version);
    }

    [Fact]
    public async Task An_edit_that_changes_nothing_writes_nothing()
    {
        var host = await AddedAsync(Form("f1", "52:54:00:f0:00:01"));
        using var events = Events.Subscribe();
        var done = Assert.IsType<HostSaved.Done>(await Changes.EditAsync(Admin, host.Id, host.Version, HostForm.Of(host), Ct));
        Assert.Equal(host.Version, done.Host.Version);
        Assert.Empty(Read(events));
    }

    [Fact]
    public async Task Licence_keys_stay_out_of_the_audit_trail()
    {
        var host = await AddedAsync(Form("g1", "52:54:00:10:00:01") with { WindowsKey = "AAAAA-BBBBB" });
        await Changes.EditAsync(Admin, host.Id, host.Version, HostForm.Of(host) with { OfficeKey = "CCCCC-DDDDD", Comment = "new" }, Ct);
        await using var db = await Databases.CreateDbContextAsync(Ct);
        var details = await db.AuditEntries.Where(a => a.Subject == "g1").Select(a => a.Details).ToListAsync(Ct);
        Assert.Equal(2, details.Count);
        Assert.DoesNotContain(details, d => d!.Contains("BBBBB") || d.Contains("DDDDD"));
        Assert.Contains(details, d => d!.Contains("\"comment\""));
    }

    [Fact]
    public async Task Who_may_not_edit_is_refused()
    {
        var host = await AddedAsync(Form("h1", "52:54:00:11:00:01"));
        var teacher = Teacher(host.RoomId);
        Assert.IsType<HostSaved.Forbidden>(await Changes.AddAsync(teacher, Form("h2", "52:54:00:11:00:02"), Ct));
        Assert.IsType<HostSaved.Forbidden>(await Changes.EditAsync(teacher, host.Id, host.Version, HostForm.Of(host), Ct));
        Assert.Equal(0, (await Bulk.DeleteAsync(teacher, [host.Id], Ct)).Count);
        Assert.NotNull(await List.FindAsync(Admin, "h1", Ct));
    }

    [Fact]
    public async Task Many_are_moved_regrouped_and_deleted_at_once()
    {
        var hosts = new[] { await AddedAsync(Form("i1", "52:54:00:12:00:01")), await AddedAsync(Form("i2", "52:54:00:12:00:02") with { School = "gym" }) };
        var ids = hosts.Select(h => h.Id).ToList();
        using var events = Events.Subscribe();
        Assert.Equal(new BulkDone(2), await Bulk.MoveAsync(Admin, ids, "new-room", Ct));
        Assert.Equal(new BulkDone(2), await Bulk.RegroupAsync(Admin, ids, "new_group", Ct));
        Assert.All(["i1", "gym-i2"], name => Assert.Contains(Read2(name), r => r == ("new-room", "new_group")));
        await Bulk.RegroupAsync(Admin, ids, "nopxe", Ct);
        Assert.Null((await List.FindAsync(Admin, "i1", Ct))!.Group);
        Assert.Equal(HostProblem.BadCharacter, (await Bulk.MoveAsync(Admin, ids, "a b", Ct)).Issue?.Problem);
        Assert.Equal(2, (await Bulk.DeleteAsync(Admin, ids, Ct)).Count);
        Assert.Equal(2, Read(events).Count(e => e is PortalEvent.HostDeleted));
        await using var db = await Databases.CreateDbContextAsync(Ct);
        Assert.Equal(4, await db.AuditEntries.CountAsync(a => a.Subject == "i1" && a.Action != "host.create", Ct));

        List<(string, string?)> Read2(string name)
        {
            using var db = Databases.CreateDbContext();
            return [.. db.Hosts.Where(h => h.Name == name).Select(h => new { Room = h.Room!.Name, Group = h.Group!.Name }).AsEnumerable().Select(h => (h.Room, h.Group))];
        }
    }
}
