using System.Text.Json;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Core.Images;
using LinboPortal.Core.Jobs;
using LinboPortal.Core.Remote;
using LinboPortal.Core.StartConf;
using LinboPortal.Groups;
using LinboPortal.Infrastructure.Persistence;
using LinboPortal.Jobs;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Images;

/// <summary>What somebody wants: an image of a PC.</summary>
/// <param name="Host">The PC.</param>
/// <param name="System">Position of the system in start.conf, from 1.</param>
/// <param name="IsQdiff">A differential image.</param>
/// <param name="NewName">Name of a new image; null for a new version of the one that the system names.</param>
/// <param name="Comment">What is new in it.</param>
internal sealed record PcImageOrder(string Host, int System = 1, bool IsQdiff = false, string? NewName = null, string Comment = "");

/// <summary>What became of it.</summary>
internal abstract record PcImageOutcome
{
    private PcImageOutcome()
    {
    }

    /// <summary>No such PC, or not for this person.</summary>
    public sealed record NotFound : PcImageOutcome;

    /// <summary>Something stands against it.</summary>
    public sealed record Refused(IReadOnlyList<MakingCheck> Checks) : PcImageOutcome;

    /// <summary>The comment cannot stand in a command.</summary>
    public sealed record BadComment : PcImageOutcome;

    /// <summary>The group would name a new image: the person is to be asked.</summary>
    public sealed record AsksForGroup(string Group, string Image, int Pcs) : PcImageOutcome;

    /// <summary>The group was changed meanwhile, or its start.conf has errors.</summary>
    public sealed record GroupConflict(string Group) : PcImageOutcome;

    /// <summary>What the dispatcher of jobs said.</summary>
    public sealed record OfJob(JobOutcome Outcome) : PcImageOutcome;
}

/// <summary>Makes jobs that make images of PCs: the checks first, then create and upload, at once or at the next start.</summary>
internal sealed class PcImageOrders(PcImageReads reads, JobDispatcher dispatcher, PortalEvents events, TimeProvider time)
{
    /// <summary>How long a woken PC is waited for.</summary>
    private static readonly TimeSpan Wake = TimeSpan.FromMinutes(5);

    /// <summary>True for what LINBO's grammar takes as a comment.</summary>
    public static bool IsComment(string comment) =>
        comment.Length <= CommandLine.MaxComment && comment.AsSpan().IndexOfAny(":,\"\\") < 0 && !comment.Any(char.IsControl);

    /// <summary>Makes the job.</summary>
    /// <param name="person">Who asks.</param>
    /// <param name="order">For what.</param>
    /// <param name="confirmed">The person was told what is replaced.</param>
    /// <param name="ct">Ends the asking.</param>
    public async Task<PcImageOutcome> SendAsync(Person person, PcImageOrder order, bool confirmed, CancellationToken ct)
    {
        if (!person.May(Permission.JobsRunDangerous))
            return new PcImageOutcome.OfJob(new JobOutcome.Forbidden(Permission.JobsRunDangerous));
        if (order.NewName is not null && !person.May(Permission.GroupsEdit))
            return new PcImageOutcome.OfJob(new JobOutcome.Forbidden(Permission.GroupsEdit));
        if (await reads.ReadAsync(person, order, ct) is not { } sight)
            return new PcImageOutcome.NotFound();
        if (!IsComment(order.Comment.Trim()))
            return new PcImageOutcome.BadComment();
        if (sight.IsStopped)
            return new PcImageOutcome.Refused([.. sight.Checks.Where(c => c.Weight == MakingWeight.Stop)]);
        var request = Request(order, sight, confirmed);
        return order.NewName is null ? new PcImageOutcome.OfJob(await dispatcher.DispatchAsync(person, request, ct))
            : confirmed ? await RenamedAsync(person, order, sight, request, ct)
            : new PcImageOutcome.AsksForGroup(sight.Group!.Name, order.NewName, sight.Group.Pcs);
    }

    private static JobRequest Request(PcImageOrder order, PcImageSight sight, bool confirmed)
    {
        var comment = order.Comment.Trim();
        return new JobRequest
        {
            Target = $"host:{sight.Host}",
            School = sight.School,
            Commands = CommandChoice.Of(order.IsQdiff ? "qdiff" : "image").Commands(order.System, null, comment),
            Way = sight.Facts.AtNextBoot ? JobWay.OnBoot : JobWay.Direct,
            Wake = sight.Facts.MayWake ? Wake : null,
            // A system that started by itself would be in the way.
            NoAuto = sight.Facts.MayWake || sight.Facts.AtNextBoot,
            Note = comment,
            Confirmed = confirmed,
        };
    }

    /// <summary>The group names the new image and the PC starts anew to learn of it: both or nothing.</summary>
    private async Task<PcImageOutcome> RenamedAsync(Person person, PcImageOrder order, PcImageSight sight, JobRequest request, CancellationToken ct)
    {
        var group = sight.Group!;
        var document = StartConfReader.Read(group.StartConf);
        var text = StartConfWriter.Set(document, document.OperatingSystems[order.System - 1].Section, "BaseImage", order.NewName + ".qcow2").ToString();
        if (!GroupSaves.Errors(text, group.Name).IsEmpty)
            return new PcImageOutcome.GroupConflict(group.Name);
        var outcome = await dispatcher.DispatchAsync(person, request, async (db, stop) => await ClaimAsync(db, person, group, text, order.NewName!, stop), ct);
        if (outcome is JobOutcome.Created)
            events.Publish(new PortalEvent.GroupUpdated(group.Id, group.Name, group.Revision + 1));
        return outcome is null ? new PcImageOutcome.GroupConflict(group.Name) : new PcImageOutcome.OfJob(outcome);
    }

    private async Task<bool> ClaimAsync(PortalDb db, Person person, PcImageGroup known, string text, string image, CancellationToken ct)
    {
        if (await db.Groups.AsTracking().FirstOrDefaultAsync(g => g.Id == known.Id && g.Revision == known.Revision, ct) is not { } group)
            return false;
        GroupSaves.AddRevision(db, group, text, image, person, time.GetUtcNow());
        db.Audit(person, time.GetUtcNow(), AuditActions.GroupSave, group.Name, JsonSerializer.Serialize(new { revision = group.Revision, note = image }));
        return true;
    }
}
