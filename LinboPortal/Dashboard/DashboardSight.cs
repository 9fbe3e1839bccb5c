using LinboPortal.Core.Accounts;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Hosts;
using LinboPortal.Hosts;
using LinboPortal.Infrastructure.Hosts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Dashboard;

/// <summary>A PC that boots right now.</summary>
/// <param name="RunId">Key of the boot.</param>
/// <param name="Host">Its name; null for a PC that nobody knows.</param>
/// <param name="Room">Its room.</param>
/// <param name="Mac">Its Ethernet address where known.</param>
/// <param name="StartedAt">First step.</param>
/// <param name="Stage">How far it is.</param>
/// <param name="Step">The last file.</param>
public sealed record BootingPc(Guid RunId, string? Host, string? Room, string? Mac, DateTimeOffset StartedAt, BootStage Stage, string? Step);

/// <summary>What changes seldom and is read seldom.</summary>
/// <param name="NewPcs">PCs that wait to be taken in.</param>
/// <param name="GroupsWithoutConf">Groups with PCs that boot LINBO but without a start.conf.</param>
/// <param name="PcsWithoutConf">How many PCs these are.</param>
/// <param name="HasBooted">True where any PC ever asked for a file.</param>
/// <param name="HasCompleted">True where any PC ever came up to LINBO.</param>
public sealed record Standing(int NewPcs, IReadOnlyList<string> GroupsWithoutConf, int PcsWithoutConf, bool HasBooted, bool HasCompleted);

/// <summary>Reads what the first page shows.</summary>
internal sealed class DashboardSight(IDbContextFactory<PortalDb> databases, RoomSight rooms, TimeProvider time)
{
    private const int MostBooting = 12;
    private const int MostNames = 4;

    /// <summary>Rooms with their counts; two queries over any number of PCs.</summary>
    public Task<IReadOnlyList<RoomGlance>> RoomsAsync(Person person, CancellationToken ct) => rooms.RoomsAsync(person, ct);

    /// <summary>The PCs that boot right now, the newest first: those in the state Booting, each once, and those that nobody knows.</summary>
    /// <remarks>How many they are is said by the counts of states: a boot that has not ended may be of a PC that is seen in another state.</remarks>
    public async Task<IReadOnlyList<BootingPc>> BootingAsync(Person person, CancellationToken ct)
    {
        var since = time.GetUtcNow() - BootTimeline.Patience;
        await using var db = await databases.CreateDbContextAsync(ct);
        var seesAll = person.Scope is Scope.All;
        var visible = db.Hosts.VisibleTo(person);
        var runs = db.BootRuns.Where(r => r.CompletedAt == null && r.LastStepAt > since && r.StartedAt > since.AddHours(-1))
            .Where(r => r.HostId == null ? seesAll : visible.Any(h => h.Id == r.HostId && h.Status!.State == HostState.Booting));
        var found = await runs.OrderByDescending(r => r.StartedAt).Take(MostBooting)
            .Select(r => new
            {
                r.Id,
                r.Mac,
                r.StartedAt,
                Host = db.Hosts.Where(h => h.Id == r.HostId).Select(h => new { h.Name, Room = h.Room!.Name }).FirstOrDefault(),
                Last = r.Steps.Where(s => s.Outcome == BootStepOutcome.Served && s.Kind != BootStepKind.Dhcp).OrderByDescending(s => s.StartedAt)
                    .Select(s => new { s.Kind, s.Path }).FirstOrDefault(),
            })
            .ToListAsync(ct);
        return [.. found.Select(r => new BootingPc(
            r.Id, r.Host?.Name, r.Host?.Room, r.Mac?.ToString(), r.StartedAt,
            r.Last is { } step ? BootStages.After(step.Kind, step.Path, null, BootStage.Address) : BootStage.Address, r.Last?.Path)).DistinctBy(p => p.Host ?? p.RunId.ToString())];
    }

    /// <summary>What waits for a person, and what has ever happened.</summary>
    public async Task<Standing> StandingAsync(Person person, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var newPcs = person.Scope is Scope.All ? await db.NewPcs.CountAsync(p => !p.Ignored, ct) : 0;
        var bare = await db.Hosts.VisibleTo(person).Where(h => h.Group != null && h.Group.StartConf == null && h.BootsLinbo)
            .GroupBy(h => h.Group!.Name).Select(g => new { g.Key, Count = g.Count() }).OrderByDescending(g => g.Count).ToListAsync(ct);
        var hasCompleted = await db.BootRuns.AnyAsync(r => r.CompletedAt != null, ct);
        return new Standing(
            newPcs, [.. bare.Take(MostNames).Select(g => g.Key)], bare.Sum(g => g.Count), hasCompleted || await db.BootRuns.AnyAsync(ct), hasCompleted);
    }
}
