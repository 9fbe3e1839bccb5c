using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Hosts.Import;

/// <summary>How far an import is.</summary>
internal sealed record ImportProgress(int Done, int Total);

/// <summary>What became of an import.</summary>
internal abstract record ImportOutcome
{
    private ImportOutcome()
    {
    }

    /// <summary>Written; the plan says what. An empty plan wrote nothing.</summary>
    public sealed record Done(ImportPlan Plan) : ImportOutcome;

    /// <summary>Nothing was written: the files have errors.</summary>
    public sealed record Refused(ImportPlan Plan) : ImportOutcome;

    /// <summary>Nothing was written: many PCs would be deleted, and their number was not named.</summary>
    public sealed record NumberNeeded(ImportPlan Plan) : ImportOutcome;

    /// <summary>Nothing was written: the data or the files changed since the preview. This is the new preview.</summary>
    public sealed record Outdated(ImportPlan Plan) : ImportOutcome;

    /// <summary>The person may not.</summary>
    public sealed record Forbidden : ImportOutcome;
}

/// <summary>Previews and applies imports of devices.csv, subnets.csv and start.conf files; all or nothing.</summary>
internal sealed class HostImport(IDbContextFactory<PortalDb> databases, PortalEvents events, TimeProvider time)
{
    /// <summary>What an import would do.</summary>
    public async Task<ImportPlan> PreviewAsync(IReadOnlyList<ImportFile> files, ImportWishes wishes, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct);
        return ImportPlanner.Plan(files, wishes, await ImportData.ReadAsync(db, ct));
    }

    /// <summary>Does it.</summary>
    /// <param name="person">Who.</param>
    /// <param name="files">The files, the same as in the preview.</param>
    /// <param name="wishes">The wishes, the same as in the preview.</param>
    /// <param name="fingerprint">That of the preview; null to apply without one.</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <param name="ct">Ends it; nothing is written then.</param>
    public async Task<ImportOutcome> ApplyAsync(
        Person person, IReadOnlyList<ImportFile> files, ImportWishes wishes, string? fingerprint, IProgress<ImportProgress>? progress, CancellationToken ct)
    {
        if (!person.May(Permission.HostsEdit) || !person.May(Permission.GroupsEdit) || person.Scope is not Scope.All)
            return new ImportOutcome.Forbidden();
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.LockHostsAsync(ct);
        var plan = ImportPlanner.Plan(files, wishes, await ImportData.ReadAsync(db, ct));
        if (fingerprint is not null && fingerprint != plan.Fingerprint)
            return new ImportOutcome.Outdated(plan);
        if (plan.HasErrors)
            return new ImportOutcome.Refused(plan);
        if (plan.NeedsNumber && wishes.ConfirmedDeletes != plan.Deleted)
            return new ImportOutcome.NumberNeeded(plan);
        if (plan.IsEmpty)
            return new ImportOutcome.Done(plan);
        var told = await new ImportWriter(db, person, time.GetUtcNow(), progress).WriteAsync(plan, ct);
        await db.Database.ExecuteSqlAsync(ImportNews.Notice(plan), ct);
        await transaction.CommitAsync(ct);
        foreach (var portalEvent in told)
            events.Publish(portalEvent);
        return new ImportOutcome.Done(plan);
    }
}
