using System.Text.Json;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Jobs;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Jobs;

/// <summary>Takes requests for jobs: permission and scope, plan, confirmation, rows, and off it goes.</summary>
internal sealed class JobDispatcher(IDbContextFactory<PortalDb> databases, JobQueue queue, PortalEvents events, TimeProvider time)
{
    /// <summary>Makes a job for the PCs that the person sees.</summary>
    public async Task<JobOutcome> DispatchAsync(Person person, JobRequest request, CancellationToken ct) =>
        (await DispatchAsync(person, request, (_, _) => Task.FromResult(true), ct))!;

    /// <summary>Makes a job in one transaction with a change of the caller's.</summary>
    /// <param name="person">Who asks.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="claim">The caller's change; false where it must not be, and then there is no job either.</param>
    /// <param name="ct">Ends the asking.</param>
    /// <returns>Null where <paramref name="claim"/> said no.</returns>
    public async Task<JobOutcome?> DispatchAsync(
        Person person, JobRequest request, Func<PortalDb, CancellationToken, Task<bool>> claim, CancellationToken ct)
    {
        if (!person.May(Permission.JobsRun))
            return new JobOutcome.Forbidden(Permission.JobsRun);
        await using var db = await databases.CreateDbContextAsync(ct);
        var (plan, issues) = await PlanAsync(db, person, request, ct);
        if (plan is null)
            return new JobOutcome.Refused(issues);
        if (plan.IsDangerous && !person.May(Permission.JobsRunDangerous))
            return new JobOutcome.Forbidden(Permission.JobsRunDangerous);
        if (plan.IsDangerous && !request.Confirmed)
            return new JobOutcome.NeedsConfirmation(plan.Losses, [.. plan.Runs.Where(r => r.Skip is null).Select(r => r.Host.Name)]);
        var busy = await BusyAsync(db, plan, ct);
        if (busy.Count > 0 && request.WhenBusy == BusyRule.Refuse)
            return new JobOutcome.HostsBusy(Shares(busy), plan.Runs.Count(r => r.Skip is null));
        var job = JobOf(request.WhenBusy == BusyRule.Skip ? plan.WithoutBusy(busy.Keys.ToHashSet()) : plan, person);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (!await claim(db, ct))
            return null;
        db.Jobs.Add(job);
        db.Audit(person, job.CreatedAt, AuditActions.JobCreate, job.Target, Facts(job));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        events.Publish(new PortalEvent.JobCreated(
            job.Id, job.Number, job.Commands, job.Target, job.Runs.Count, [.. job.Runs.Select(r => r.RoomId).Distinct()]));
        queue.Enqueue(job); // Should the portal die before this line: the rows are the truth, and the look for forgotten jobs finds them.
        return new JobOutcome.Created(job.Id, job.Number, job.Runs.Count) { Busy = Shares(busy) };
    }

    /// <summary>What a request would do, for forms that check while somebody types. Nothing is written.</summary>
    public async Task<JobCheck> CheckAsync(Person person, JobRequest request, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await PlanAsync(db, person, request, ct);
    }

    private static async Task<JobCheck> PlanAsync(PortalDb db, Person person, JobRequest request, CancellationToken ct)
    {
        var targets = HostSelector.TryParse(request.Target, out var selector)
            ? await JobTargetReads.FindAsync(db, person, selector, request.School, ct)
            : new JobTargets([], []);
        _ = JobPlan.TryCreate(request, targets, out var plan, out var issues);
        return new JobCheck(plan, issues);
    }

    /// <summary>PCs of the plan that other jobs work on or are about to, with the number of such a job.</summary>
    private static async Task<IReadOnlyDictionary<Guid, int>> BusyAsync(PortalDb db, JobPlan plan, CancellationToken ct)
    {
        if (plan.Way == JobWay.OnBoot)
            return new Dictionary<Guid, int>(); // a file disturbs nobody
        var open = await JobTargetReads.OpenAsync(db, [.. plan.Runs.Where(r => r.Skip is null).Select(r => r.Host.Id)], ct);
        return open.Select(o => (o.Key, Run: o.FirstOrDefault(r => !r.AwaitsBoot))).Where(o => o.Run is not null).ToDictionary(o => o.Key, o => o.Run!.Number);
    }

    private static IReadOnlyList<JobShare> Shares(IReadOnlyDictionary<Guid, int> busy) =>
        [.. busy.Values.CountBy(n => n).OrderBy(n => n.Key).Select(n => new JobShare(n.Key, n.Value))];

    private Job JobOf(JobPlan plan, Person person)
    {
        var (request, now) = (plan.Request, time.GetUtcNow());
        var job = new Job
        {
            School = request.School,
            Target = plan.Target.ToString(),
            Commands = string.Join(',', plan.Commands),
            Way = plan.Way,
            Wake = request.Wake,
            Between = request.Between,
            Broadcast = request.Broadcast,
            NoGui = request.NoGui,
            NoAuto = request.NoAuto,
            Waves = request.Waves,
            Priority = request.Priority,
            State = request.NotBefore > now ? JobState.Planned : JobState.Queued,
            Note = request.Note,
            CreatedBy = person.UserName,
            CreatedAt = now,
            NotBefore = request.NotBefore > now ? request.NotBefore : null,
            ScheduleId = request.ScheduleId,
            RepeatOf = request.RepeatOf,
        };
        job.Runs.AddRange(plan.Runs.Select((run, position) => RunOf(run, position, now)));
        return job;
    }

    private static HostRun RunOf(PlannedRun run, int position, DateTimeOffset now) => new()
    {
        HostId = run.Host.Id,
        Host = run.Host.Name,
        RoomId = run.Host.RoomId,
        Position = position,
        Wave = run.Wave,
        State = run.Skip is null ? RunState.Waiting : RunState.Skipped,
        Reason = run.Skip,
        EndedAt = run.Skip is null ? null : now,
    };

    private static string Facts(Job job) => JsonSerializer.Serialize(new
    {
        commands = job.Commands,
        way = job.Way.ToString(),
        wakeSeconds = job.Wake?.TotalSeconds,
        pcs = job.Runs.Count,
        note = job.Note,
    });
}
