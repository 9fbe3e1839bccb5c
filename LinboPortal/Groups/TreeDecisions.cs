using System.Text.Json;
using LinboPortal.Core.Accounts;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Groups;

/// <summary>How dealing with a drift ended.</summary>
internal abstract record DriftOutcome
{
    private DriftOutcome()
    {
    }

    /// <summary>Done.</summary>
    public sealed record Done : DriftOutcome;

    /// <summary>It is no drift any more, or cannot become a revision.</summary>
    public sealed record NotFound : DriftOutcome;

    /// <summary>The file changed again since the person looked.</summary>
    public sealed record ChangedSince : DriftOutcome;

    /// <summary>The file is no UTF-8 text.</summary>
    public sealed record NoText : DriftOutcome;

    /// <summary>Saving refused it.</summary>
    public sealed record Refused(GroupOutcome Outcome) : DriftOutcome;
}

/// <summary>What a person decides about a file that somebody changed by hand: take the change in, or replace it.</summary>
internal sealed class TreeDecisions(
    TreeProjection projection, GroupReads reads, GroupSaves saves, IDbContextFactory<PortalDb> databases, TimeProvider time)
{
    /// <summary>Makes the text on disk a new revision of the group.</summary>
    public async Task<DriftOutcome> TakeInAsync(Person person, string path, string found, CancellationToken ct)
    {
        if (await projection.ReadDriftAsync(path, ct) is not { Drift: { CanTakeIn: true, Group: { } name } drift } texts
            || await reads.FindAsync(person, name, ct) is not { } group)
            return new DriftOutcome.NotFound();
        if (drift.Found != found)
            return new DriftOutcome.ChangedSince();
        if (texts.Found is not { } text)
            return new DriftOutcome.NoText();
        var outcome = await saves.SaveAsync(person, name, text, group.Revision, "taken in from the tree", ct);
        if (outcome is not GroupOutcome.Done)
            return new DriftOutcome.Refused(outcome);
        await projection.RunAsync(isFull: false, ct);
        return new DriftOutcome.Done();
    }

    /// <summary>Puts the portal's file over the one on disk, or removes that where the portal wants none.</summary>
    public async Task<DriftOutcome> ReplaceAsync(Person person, string path, string found, CancellationToken ct)
    {
        if (!projection.State.Drifts.Any(d => d.Path == path))
            return new DriftOutcome.NotFound();
        // The audit row comes first: what is replaced is gone, and who did it must be known.
        await using var db = await databases.CreateDbContextAsync(ct);
        db.Audit(person, time.GetUtcNow(), AuditActions.TreeReplace, path, JsonSerializer.Serialize(new { found }));
        await db.SaveChangesAsync(ct);
        return await projection.ReplaceAsync(path, found, ct) ? new DriftOutcome.Done() : new DriftOutcome.ChangedSince();
    }
}
