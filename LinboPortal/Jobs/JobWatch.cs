using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Core.Jobs;
using LinboPortal.Events;

namespace LinboPortal.Jobs;

/// <summary>Follows the jobs that run: for the bar above, the dashboard and the room.</summary>
internal sealed class JobWatch(JobList list, Person person, TimeProvider time)
{
    /// <summary>Rows that are followed at once.</summary>
    private const int Most = 20;

    /// <summary>How long a job that has ended stays in sight of who watched it.</summary>
    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(20);

    /// <summary>The newest first.</summary>
    public IReadOnlyList<JobRow> Jobs { get; private set; } = [];

    /// <summary>How many run, those beyond the list too.</summary>
    public int Running { get; private set; }

    /// <summary>Of this room only; with what has ended there lately.</summary>
    public Guid? RoomId { get; init; }

    /// <summary>The middle of the jobs' progress, 0 to 1; null where none runs.</summary>
    public double? Share => Jobs.Where(j => j.EndedAt is null).ToList() is { Count: > 0 } open ? open.Average(j => j.Percent) / 100 : null;

    /// <summary>Reads all of them.</summary>
    public async Task LoadAsync(CancellationToken ct)
    {
        var page = await list.ReadAsync(person, new JobListQuery { Tab = RoomId is null ? JobTab.Running : JobTab.All, RoomId = RoomId, PageSize = RoomId is null ? Most : 6 }, ct);
        var since = time.GetUtcNow() - Lately;
        Jobs = [.. page.Items.Where(j => j.State is JobState.Queued or JobState.Running || j.EndedAt > since).Take(RoomId is null ? Most : 3)];
        Running = RoomId is null ? page.Total : Jobs.Count(j => j.EndedAt is null);
    }

    /// <summary>True for events that change the list.</summary>
    public bool Concerns(PortalEvent portalEvent) => portalEvent switch
    {
        PortalEvent.JobCreated e => Sees(e, e.RoomIds),
        PortalEvent.JobStarted e => Sees(e, e.RoomIds),
        PortalEvent.JobProgress e => Sees(e, e.RoomIds),
        PortalEvent.JobCompleted e => Sees(e, e.RoomIds),
        _ => false,
    };

    /// <summary>Takes in what happened: numbers out of the events, the list anew where jobs begin or end.</summary>
    public async Task ApplyAsync(IReadOnlyList<PortalEvent> events, CancellationToken ct)
    {
        var told = events.OfType<PortalEvent.JobProgress>().GroupBy(e => e.JobId).ToDictionary(g => g.Key, g => g.Last());
        if (events.Any(e => e is not PortalEvent.JobProgress) || told.Keys.Any(id => Jobs.All(j => j.Id != id)))
            await LoadAsync(ct);
        else if (person.Scope is Scope.All)
            Jobs = [.. Jobs.Select(j => told.TryGetValue(j.Id, out var e) ? j with { Counts = e.Counts, Percent = e.Percent } : j)];
        else
            // Whose numbers are those of some rooms gets them from where they are counted.
            Jobs = await list.ReadAsync(person, [.. Jobs.Select(j => j.Id)], ct) is var rows ? [.. Jobs.Select(j => rows.GetValueOrDefault(j.Id, j))] : Jobs;
    }

    private bool Sees(PortalEvent portalEvent, IReadOnlyList<Guid> rooms) =>
        EventMessage.IsFor(person, portalEvent) && (RoomId is not { } room || rooms.Contains(room));
}
