using LinboPortal.Core.Jobs;

namespace LinboPortal.Jobs;

/// <summary>What became of a request for a job. Refusals are values.</summary>
internal abstract record JobOutcome
{
    private JobOutcome()
    {
    }

    /// <summary>Made, and on its way.</summary>
    /// <param name="Id">Key.</param>
    /// <param name="Number">The number that people say.</param>
    /// <param name="Hosts">How many PCs it is for.</param>
    public sealed record Created(Guid Id, int Number, int Hosts) : JobOutcome
    {
        /// <summary>Jobs that work on some of the PCs: these come afterwards or are skipped, as was asked for.</summary>
        public IReadOnlyList<JobShare> Busy { get; init; } = [];
    }

    /// <summary>Not made: all that is wrong at once.</summary>
    public sealed record Refused(IReadOnlyList<JobIssue> Issues) : JobOutcome;

    /// <summary>Not made yet: this will be lost, on these PCs. Ask, then send the request again with <see cref="JobRequest.Confirmed"/>.</summary>
    public sealed record NeedsConfirmation(IReadOnlyList<JobLoss> Losses, IReadOnlyList<string> Hosts) : JobOutcome;

    /// <summary>Not made: other jobs work on some of the PCs, and that was to be refused.</summary>
    /// <param name="Jobs">These jobs.</param>
    /// <param name="Pcs">How many PCs the new job would have.</param>
    public sealed record HostsBusy(IReadOnlyList<JobShare> Jobs, int Pcs) : JobOutcome;

    /// <summary>The person lacks a permission.</summary>
    public sealed record Forbidden(string Permission) : JobOutcome;
}

/// <summary>What a request would do, without doing it: the plan, or all that is wrong at once.</summary>
internal sealed record JobCheck(JobPlan? Plan, IReadOnlyList<JobIssue> Issues);
