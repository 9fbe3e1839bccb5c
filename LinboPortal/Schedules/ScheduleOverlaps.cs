using LinboPortal.Core.Accounts;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Jobs;
using LinboPortal.Infrastructure.Persistence;
using LinboPortal.Jobs;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Schedules;

/// <summary>Another schedule that starts at the same time on some of the same PCs.</summary>
/// <param name="Id">Key of the other schedule.</param>
/// <param name="Name">Its name.</param>
/// <param name="Pcs">PCs of both.</param>
/// <param name="StartAt">The first start of the one that lies beside one of the other (UTC).</param>
public sealed record ScheduleOverlap(Guid Id, string Name, int Pcs, DateTimeOffset StartAt);

/// <summary>Finds schedules that come in each other's way: a PC works for one job at a time, so the second waits for the first.</summary>
internal sealed class ScheduleOverlaps(IDbContextFactory<PortalDb> databases, ScheduleReads reads, TimeProvider time)
{
    /// <summary>Starts that lie closer together count as the same time.</summary>
    private static readonly TimeSpan Beside = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan Ahead = TimeSpan.FromDays(28);

    /// <summary>What comes in the way of a form that need not be saved; nothing for one that is off or cannot be read.</summary>
    public async Task<IReadOnlyList<ScheduleOverlap>> OfAsync(Person person, ScheduleForm form, Guid? id, CancellationToken ct)
    {
        if (!ScheduleReads.MayRead(person) || !form.Enabled || ScheduleRules.TimeOf(form.At) is null || ScheduleRules.ZoneOf(form.TimeZone) is null)
            return [];
        await using var db = await databases.CreateDbContextAsync(ct);
        var schedule = new Schedule { School = form.School, Name = form.Name, Target = form.Target, Commands = form.Commands, SavedBy = person.UserName, SavedAt = default };
        form.WriteTo(schedule);
        var mine = await ReadAsync(db, person, schedule, ct);
        List<ScheduleOverlap> found = [];
        foreach (var other in await db.Schedules.Include(s => s.State).Where(s => s.Enabled && s.Id != id).OrderBy(s => s.Name).ToListAsync(ct))
            if (Meet(mine, await ReadAsync(db, person, other, ct)) is { } overlap)
                found.Add(overlap);
        return found;
    }

    /// <summary>All schedules that come in each other's way, by key.</summary>
    public async Task<IReadOnlyDictionary<Guid, IReadOnlyList<ScheduleOverlap>>> AllAsync(Person person, CancellationToken ct)
    {
        if (!ScheduleReads.MayRead(person))
            return new Dictionary<Guid, IReadOnlyList<ScheduleOverlap>>();
        await using var db = await databases.CreateDbContextAsync(ct);
        List<Planned> all = [];
        foreach (var schedule in await db.Schedules.Include(s => s.State).Where(s => s.Enabled).OrderBy(s => s.Name).ToListAsync(ct))
            all.Add(await ReadAsync(db, person, schedule, ct));
        return all.Select(one => (one.Schedule.Id, Found: (IReadOnlyList<ScheduleOverlap>)[.. all.Where(o => o != one).Select(o => Meet(one, o)).OfType<ScheduleOverlap>()]))
            .Where(o => o.Found.Count > 0).ToDictionary(o => o.Id, o => o.Found);
    }

    private async Task<Planned> ReadAsync(PortalDb db, Person person, Schedule schedule, CancellationToken ct)
    {
        var (times, _) = await reads.TimesAsync(db, schedule, ct);
        var now = time.GetUtcNow();
        var targets = HostSelector.TryParse(schedule.Target, out var selector) ? await JobTargetReads.FindAsync(db, person, selector, schedule.School, ct) : new JobTargets([], []);
        return new Planned(
            schedule, [.. ScheduleClock.Between(times, now, now + Ahead).Select(s => s.StartAt).Order()], targets.Hosts.Where(h => h.BootsLinbo).Select(h => h.Id).ToHashSet());
    }

    private static ScheduleOverlap? Meet(Planned one, Planned other)
    {
        var pcs = one.Hosts.Count(other.Hosts.Contains);
        if (pcs == 0)
            return null;
        foreach (var start in one.Starts)
        {
            var next = other.Starts.BinarySearch(start - Beside);
            next = next < 0 ? ~next : next;
            if (next < other.Starts.Count && (other.Starts[next] - start).Duration() < Beside)
                return new ScheduleOverlap(other.Schedule.Id, other.Schedule.Name, pcs, start);
        }

        return null;
    }

    private sealed record Planned(Schedule Schedule, List<DateTimeOffset> Starts, HashSet<Guid> Hosts);
}
