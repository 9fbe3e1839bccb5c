using LinboPortal.Core.Hosts;
using LinboPortal.Core.Remote;

namespace LinboPortal.Core.Jobs;

/// <summary>A checked request: which PC does what in which wave, and what is lost by it.</summary>
public sealed record JobPlan
{
    private JobPlan(JobRequest request, HostSelector target, IReadOnlyList<LinboCommand> commands, IReadOnlyList<PlannedRun> runs) =>
        (Request, Target, Commands, Runs) = (request, target, commands, runs);

    /// <summary>What was asked for.</summary>
    public JobRequest Request { get; }

    /// <summary>Whom it is for.</summary>
    public HostSelector Target { get; }

    /// <summary>The commands in their order; none for a job that only wakes.</summary>
    public IReadOnlyList<LinboCommand> Commands { get; }

    /// <summary>One for each PC, in the order in which they are worked on.</summary>
    public IReadOnlyList<PlannedRun> Runs { get; private init; }

    /// <summary>How the commands reach the PCs; options for the next boot alone need no connection.</summary>
    public JobWay Way => Commands.Count == 0 && (Request.NoGui || Request.NoAuto) ? JobWay.OnBoot : Request.Way;

    /// <summary>True where something is lost by it.</summary>
    public bool IsDangerous => Commands.Any(c => c.IsDangerous);

    /// <summary>What is lost, for the confirmation.</summary>
    public IReadOnlyList<JobLoss> Losses => JobLosses.Of(Commands, [.. Runs.Where(r => r.Skip is null).Select(r => r.Host)]);

    /// <summary>Checks a request against what is known of its hosts: gives the plan, or everything that is wrong at once.</summary>
    public static bool TryCreate(JobRequest request, JobTargets targets, out JobPlan? plan, out IReadOnlyList<JobIssue> issues)
    {
        List<JobIssue> found = [];
        plan = null;
        issues = found;
        if (JobRules.Target(request, targets, found) is not { } target)
            return Fail(request, found);
        var commands = JobRules.Commands(request, target, found);
        JobRules.Options(request, commands, found);
        var sizes = JobWaves.TryParse(request.Waves, out var read) ? read : [];
        List<PlannedRun> runs = [];
        var (position, strict) = (0, target is HostSelector.Hosts or HostSelector.Groups);
        foreach (var host in targets.Hosts.Where(h => h.BootsLinbo))
        {
            var skip = SkipOf(request, host, commands, strict, found);
            runs.Add(new PlannedRun(host, skip is null ? JobWaves.WaveOf(sizes, position++) : 0, skip));
        }

        // Where no PC has the system, it is the request that is wrong.
        if (runs.Count > 0 && runs.TrueForAll(r => r.Skip == RunReason.NoSystem))
            foreach (var run in runs)
                SkipOf(request, run.Host, commands, strict: true, found);
        if (found.Count > 0)
            issues = [.. found.Distinct()];
        else
            plan = new JobPlan(request, target, commands, runs);
        return plan is not null;
    }

    /// <summary>The plan without the PCs that another job works on.</summary>
    public JobPlan WithoutBusy(IReadOnlySet<Guid> busy) =>
        this with { Runs = [.. Runs.Select(r => r.Skip is null && busy.Contains(r.Host.Id) ? r with { Skip = RunReason.Busy } : r)] };

    // What else is wrong is said as well, as far as it can be told without hosts.
    private static bool Fail(JobRequest request, List<JobIssue> found)
    {
        JobRules.Options(request, JobRules.Commands(request, target: null, found), found);
        return false;
    }

    private static RunReason? SkipOf(JobRequest request, JobHost host, IReadOnlyList<LinboCommand> commands, bool strict, List<JobIssue> found)
    {
        if (JobRules.Lacking(host, commands) is { } issue)
        {
            if (!strict)
                return RunReason.NoSystem;
            found.Add(issue);
        }

        return !host.HasAddress && request is { Way: JobWay.Direct, Wake: null } && commands.Count > 0 ? RunReason.NoAddress : null;
    }
}

/// <summary>A PC's part in a plan.</summary>
/// <param name="Host">The PC.</param>
/// <param name="Wave">Its wave, from 0.</param>
/// <param name="Skip">Why nothing is done on it; null where something is.</param>
public sealed record PlannedRun(JobHost Host, int Wave, RunReason? Skip);
