using System.Collections.Concurrent;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Jobs;
using LinboPortal.Infrastructure.Persistence;
using LinboPortal.Jobs;
using LinboPortal.Jobs.Running;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LinboPortal.Schedules;

/// <summary>Reads from earlier jobs how long the next one will take.</summary>
internal sealed class ForecastReads(IOptions<JobsOptions> options)
{
    // Runs of ended jobs never change: what was read of them stays true.
    private readonly ConcurrentDictionary<Guid, PastJob> known = new();

    /// <summary>The forecast for a schedule; without a key for one that is not saved yet. Saved searches are those of the owner.</summary>
    public async Task<ScheduleForecast> OfAsync(PortalDb db, string owner, Guid? id, string target, string school, string waves, CancellationToken ct)
    {
        var sizes = JobWaves.TryParse(waves, out var read) ? read : [];
        var hosts = HostSelector.TryParse(target, out var selector)
            ? (await JobTargetReads.FindAsync(db, Person.Portal with { UserName = owner }, selector, school, ct)).Hosts.Count(h => h.BootsLinbo)
            : 0;
        return ScheduleForecast.From(id is { } schedule ? await PastAsync(db, schedule, ct) : [], hosts, sizes, FanOut);
    }

    // The narrowest place that all PCs of a school go through.
    private int FanOut => Math.Min(options.Value.Parallel, options.Value.PerStorage);

    private async Task<IReadOnlyList<PastJob>> PastAsync(PortalDb db, Guid schedule, CancellationToken ct)
    {
        var jobs = await db.Jobs.Where(j => j.ScheduleId == schedule && j.EndedAt != null && j.StartedAt != null && (j.State == JobState.Done || j.State == JobState.Failed))
            .OrderByDescending(j => j.CreatedAt).Take(ScheduleForecast.PastJobs).Select(j => new { j.Id, StartedAt = j.StartedAt!.Value }).ToListAsync(ct);
        List<PastJob> past = [];
        foreach (var job in jobs)
        {
            if (!known.TryGetValue(job.Id, out var read))
            {
                var runs = await db.HostRuns.Where(r => r.JobId == job.Id && r.State == RunState.Done && r.StartedAt != null && r.EndedAt != null)
                    .Select(r => new { StartedAt = r.StartedAt!.Value, EndedAt = r.EndedAt!.Value }).ToListAsync(ct);
                read = new PastJob(runs.Count == 0 ? TimeSpan.Zero : runs.Max(r => r.EndedAt) - job.StartedAt, [.. runs.Select(r => r.EndedAt - r.StartedAt)]);
                if (known.Count > 1000)
                    known.Clear();
                known[job.Id] = read;
            }

            past.Add(read);
        }

        return past;
    }
}
