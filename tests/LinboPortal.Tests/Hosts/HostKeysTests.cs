using LinboPortal.Core.Accounts;
using LinboPortal.Core.Remote;
using LinboPortal.Hosts;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Tests.Hosts;

/// <summary>Host keys that have changed, of one PC and of many.</summary>
public sealed class HostKeysTests(TestDatabase database) : HostUseCases(database)
{
    private HostKeys Keys => new(Databases, Time);

    [Fact]
    public async Task After_LINBO_was_built_anew_the_old_keys_of_a_room_are_forgotten_at_once_and_only_those_that_changed()
    {
        var (one, two, same) = (await PcAsync("keys-pc1", 1, "new"), await PcAsync("keys-pc2", 2, "new"), await PcAsync("keys-pc3", 3, null));
        Guid[] all = [one.Id, two.Id, same.Id];
        Assert.Equal(["keys-pc1", "keys-pc2"], (await Keys.ChangedAsync(Admin, all, Ct)).Select(c => c.Name));
        Assert.Equal(2, (await Keys.KnownAsync(Admin, one.Id, Ct))!.SharedBy);

        Assert.Equal(["keys-pc1", "keys-pc2"], await Keys.ForgetAsync(Admin, all, Ct));

        Assert.Empty(await Keys.ChangedAsync(Admin, all, Ct));
        Assert.Empty(await Keys.ForgetAsync(Admin, all, Ct));
        await using var db = await Databases.CreateDbContextAsync(Ct);
        Assert.Equal([same.Id], await db.HostKeyPins.Where(p => all.Contains(p.HostId)).Select(p => p.HostId).ToListAsync(Ct));
        Assert.Equal(["keys-pc1", "keys-pc2"], await db.AuditEntries.Where(a => a.Action == "host.key.forget").OrderBy(a => a.Subject).Select(a => a.Subject).ToListAsync(Ct));
    }

    [Fact]
    public async Task Whoever_may_not_edit_or_does_not_see_a_PC_forgets_no_key()
    {
        var pc = await PcAsync("keys-pc4", 4, "new", "older");
        Assert.Empty(await Keys.ForgetAsync(Teacher(pc.RoomId), [pc.Id], Ct));
        Assert.Empty(await Keys.ForgetAsync(Admin with { Scope = new Scope.Rooms(new HashSet<Guid>()) }, [pc.Id], Ct));
        Assert.Single(await Keys.ChangedAsync(Teacher(pc.RoomId), [pc.Id], Ct));
        Assert.Empty(await Keys.ChangedAsync(Teacher(), null, Ct));
    }

    private async Task<(Guid Id, Guid RoomId)> PcAsync(string name, int number, string? other, string old = "old")
    {
        var host = await AddedAsync(Form(name, $"02:00:00:00:10:{number:x2}"));
        await using var db = await Databases.CreateDbContextAsync(Ct);
        db.HostKeyPins.Add(new HostKeyPin { HostId = host.Id, Algorithm = "ssh-ed25519", Fingerprint = old, PinnedAt = Time.GetUtcNow(), OtherFingerprint = other, OtherSeenAt = other is null ? null : Time.GetUtcNow() });
        await db.SaveChangesAsync(Ct);
        return (host.Id, await db.Hosts.Where(h => h.Id == host.Id).Select(h => h.RoomId).SingleAsync(Ct));
    }
}
