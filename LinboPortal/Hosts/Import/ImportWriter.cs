using System.Text.Json;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Core.Groups;
using LinboPortal.Core.Hosts;
using LinboPortal.Infrastructure.Hosts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Hosts.Import;

/// <summary>Writes a plan in batches, within a transaction that holds the lock of the hosts.</summary>
internal sealed class ImportWriter(PortalDb db, Person person, DateTimeOffset now, IProgress<ImportProgress>? progress)
{
    private const int Batch = 1000;
    private const string Note = "import";
    private readonly RoomsAndGroups places = new(db);
    private readonly List<HostGroup> changedGroups = [];
    private int done;
    private int total;

    /// <summary>Writes everything.</summary>
    /// <returns>What to tell after the commit.</returns>
    public async Task<IReadOnlyList<PortalEvent>> WriteAsync(ImportPlan plan, CancellationToken ct)
    {
        total = plan.New.Count + plan.Changed.Count + plan.Deleted;
        db.ChangeTracker.AutoDetectChangesEnabled = false;
        await places.LoadAsync(ct);
        await WriteGroupsAsync(plan, ct);
        await WriteSubnetsAsync(plan, ct);
        await DeleteAsync(plan, ct);
        await MakePlacesAsync(plan, ct);
        await ChangeAsync(plan, ct);
        await AddAsync(plan, ct);
        await KeepFilesAsync(plan, ct);
        db.Audit(person, now, AuditActions.HostsImport, string.Join(", ", plan.Files.Select(f => f.Key)), Facts(plan));
        await SaveAsync(ct);
        await BootAdoption.AdoptAsync(db, now, ct);
        List<PortalEvent> told = [.. changedGroups.Concat(places.NewGroups).Select(g => new PortalEvent.GroupUpdated(g.Id, g.Name, g.Revision))];
        if (plan.ChangesHosts)
            told.Add(new PortalEvent.HostsImported(plan.New.Count, plan.Changed.Count, plan.Deleted));
        return told;
    }

    private async Task WriteGroupsAsync(ImportPlan plan, CancellationToken ct)
    {
        foreach (var change in plan.Groups)
        {
            var id = await places.GroupAsync(Host.DefaultSchool, change.Group, ct);
            var group = places.NewGroups.Find(g => g.Id == id) ?? await db.Groups.AsTracking().SingleAsync(g => g.Id == id, ct);
            group.StartConf = change.To;
            group.Revision++;
            group.SavedAt = now;
            if (!places.NewGroups.Contains(group))
                changedGroups.Add(group);
            db.StartConfRevisions.Add(new StartConfRevision
            {
                GroupId = group.Id,
                Number = group.Revision,
                Text = change.To,
                SavedAt = now,
                SavedBy = person.UserName,
                Note = Note,
            });
        }

        await SaveAsync(ct);
    }

    private async Task WriteSubnetsAsync(ImportPlan plan, CancellationToken ct)
    {
        if (plan.AllSubnets is null)
            return;
        await db.Subnets.ExecuteDeleteAsync(ct);
        db.Subnets.AddRange(plan.AllSubnets.Select((s, i) => new Subnet
        {
            Position = i,
            Network = s.Network,
            Router = s.Router,
            RangeFirst = s.RangeFirst,
            RangeLast = s.RangeLast,
            NameServer = s.NameServer,
            NextServer = s.NextServer,
            IsSetup = s.IsSetup,
        }));
        await SaveAsync(ct);
    }

    private async Task DeleteAsync(ImportPlan plan, CancellationToken ct)
    {
        if (!plan.DeleteMissing)
            return;
        foreach (var batch in plan.Missing.Chunk(Batch))
        {
            var ids = batch.Select(m => m.Id).ToList();
            await db.Hosts.Where(h => ids.Contains(h.Id)).ExecuteDeleteAsync(ct);
            Step(batch.Length);
        }
    }

    /// <summary>Rooms and groups first, so that the hosts' batches hold hosts only.</summary>
    private async Task MakePlacesAsync(ImportPlan plan, CancellationToken ct)
    {
        foreach (var (school, device) in plan.New.Select(n => (n.School, n.Device)).Concat(plan.Changed.Select(c => (c.School, c.Device))))
        {
            await places.RoomAsync(school, device.Room, ct);
            await places.GroupAsync(school, device.Group, ct);
        }

        await SaveAsync(ct);
    }

    private async Task ChangeAsync(ImportPlan plan, CancellationToken ct)
    {
        // All MACs that move are taken away first: two hosts may have exchanged theirs.
        var moving = plan.Changed.Where(c => c.Changes.Any(f => f.Field == HostField.Mac)).ToList();
        Dictionary<Guid, List<MacAddress>> others = [];
        foreach (var batch in moving.Chunk(Batch))
        {
            var ids = batch.Select(c => c.Id).ToList();
            foreach (var mac in await db.HostMacs.Where(m => ids.Contains(m.HostId)).OrderBy(m => m.Position).ToListAsync(ct))
            {
                if (mac.Position > 0)
                    (others.TryGetValue(mac.HostId, out var list) ? list : others[mac.HostId] = []).Add(mac.Mac);
            }

            await db.HostMacs.Where(m => ids.Contains(m.HostId)).ExecuteDeleteAsync(ct);
        }

        foreach (var batch in plan.Changed.Chunk(Batch))
        {
            var ids = batch.Select(c => c.Id).ToList();
            var hosts = await db.Hosts.AsTracking().Where(h => ids.Contains(h.Id)).ToDictionaryAsync(h => h.Id, ct);
            foreach (var change in batch)
            {
                var read = new CheckedHost(change.School, change.Device, others.GetValueOrDefault(change.Id, []));
                var host = hosts[change.Id];
                host.Name = change.Device.Name;
                await HostFill.ApplyAsync(host, read, places, ct);
                if (change.Changes.Any(f => f.Field == HostField.Mac))
                    db.HostMacs.AddRange(HostFill.Macs(read with { OtherMacs = [.. read.OtherMacs.Where(m => m != change.Device.Mac)] }, host.Id));
                // A host whose only change is its MAC gets a new version too.
                db.Entry(host).Property(h => h.Comment).IsModified = true;
            }

            await SaveAsync(ct);
            Step(batch.Length);
        }
    }

    private async Task AddAsync(ImportPlan plan, CancellationToken ct)
    {
        foreach (var batch in plan.New.Chunk(Batch))
        {
            List<Host> hosts = [];
            foreach (var added in batch)
            {
                var read = new CheckedHost(added.School, added.Device, []);
                var host = new Host { School = added.School, Name = added.Device.Name, CreatedAt = now };
                await HostFill.ApplyAsync(host, read, places, ct);
                host.Macs.AddRange(HostFill.Macs(read, host.Id));
                hosts.Add(host);
            }

            await HostCopy.WriteAsync(db, hosts, ct);
            Step(batch.Length);
        }

        // Plans for a table that was a hundredth as large a moment ago are bad until the server would look by itself.
        if (plan.New.Count >= Batch)
            await db.Database.ExecuteSqlAsync($"analyze hosts, host_macs", ct);
    }

    private async Task KeepFilesAsync(ImportPlan plan, CancellationToken ct)
    {
        foreach (var file in plan.Files)
        {
            var row = await db.DevicesFiles.AsTracking().FirstOrDefaultAsync(f => f.School == file.Key, ct);
            if (row is null)
                db.DevicesFiles.Add(row = new DevicesFile { School = file.Key, Content = [] });
            (row.Content, row.ImportedAt) = (file.Content, now);
        }
    }

    private async Task SaveAsync(CancellationToken ct)
    {
        db.ChangeTracker.DetectChanges();
        await db.SaveChangesAsync(ct);
        db.ChangeTracker.Clear();
    }

    private void Step(int count)
    {
        done += count;
        progress?.Report(new ImportProgress(done, total));
    }

    private static string Facts(ImportPlan plan) => JsonSerializer.Serialize(new
    {
        created = plan.New.Select(n => n.Device.Name),
        updated = plan.Changed.Select(c => c.Name),
        deleted = plan.DeleteMissing ? plan.Missing.Select(m => m.Name) : [],
        groups = plan.Groups.Select(g => g.Group),
        subnets = plan.Subnets.Select(s => s.Network),
    });
}
