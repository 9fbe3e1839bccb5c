using System.Text.Json;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Core.Jobs;
using LinboPortal.Groups;
using LinboPortal.Infrastructure.Persistence;
using LinboPortal.Jobs;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Schedules;

/// <summary>Makes, edits, switches and deletes schedules.</summary>
internal sealed class ScheduleChanges(IDbContextFactory<PortalDb> databases, JobDispatcher jobs, ScheduleReads reads, PortalEvents events, TimeProvider time)
{
    /// <summary>True for those who may change schedules: they concern the whole school.</summary>
    public static bool MayEdit(Person person) => person.May(Permission.SchedulesEdit) && person.Scope is Scope.All;

    /// <summary>Makes a schedule.</summary>
    public async Task<ScheduleSaved> AddAsync(Person person, ScheduleForm form, bool confirmed, CancellationToken ct)
    {
        if (await RefuseAsync(person, form, confirmed, ct) is { } refused)
            return refused;
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await TakenAsync(db, form, null, ct) is { } taken)
            return taken;
        var schedule = new Schedule { School = form.School, Name = "", Target = "", Commands = "", SavedBy = "", SavedAt = default };
        await WriteAsync(db, person, form, schedule, ct);
        db.Schedules.Add(schedule);
        db.Audit(person, schedule.SavedAt, AuditActions.ScheduleCreate, schedule.Name, JsonSerializer.Serialize(form.ForAudit()));
        return await SaveAsync(db, person, schedule, ct);
    }

    /// <summary>Changes a schedule, unless somebody did since the version that the person saw.</summary>
    public async Task<ScheduleSaved> EditAsync(Person person, Guid id, uint version, ScheduleForm form, bool confirmed, CancellationToken ct)
    {
        if (await RefuseAsync(person, form, confirmed, ct) is { } refused)
            return refused;
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await db.Schedules.AsTracking().FirstOrDefaultAsync(s => s.Id == id, ct) is not { } schedule)
            return new ScheduleSaved.Gone();
        if (schedule.Version != version)
            return await ConflictAsync(person, id, ct);
        form.School = schedule.School;
        if (await TakenAsync(db, form, id, ct) is { } taken)
            return taken;
        var before = ScheduleForm.Of(schedule).ForAudit();
        await WriteAsync(db, person, form, schedule, ct);
        db.Audit(person, schedule.SavedAt, AuditActions.ScheduleUpdate, schedule.Name, JsonSerializer.Serialize(new { from = before, to = ScheduleForm.Of(schedule).ForAudit() }));
        return await SaveAsync(db, person, schedule, ct);
    }

    /// <summary>Switches a schedule on or off. Who switches it on is the one as whom it runs from then on, so all is checked as for a save.</summary>
    public async Task<ScheduleSaved> SwitchAsync(Person person, Guid id, bool isOn, bool confirmed, CancellationToken ct)
    {
        if (await reads.FindAsync(person, id.ToString(), ct) is not { } found)
            return MayEdit(person) ? new ScheduleSaved.Gone() : new ScheduleSaved.Forbidden(Permission.SchedulesEdit);
        var form = ScheduleForm.Of(found.Schedule);
        form.Enabled = isOn;
        if (isOn)
            return await EditAsync(person, id, found.Schedule.Version, form, confirmed, ct);
        if (!MayEdit(person))
            return new ScheduleSaved.Forbidden(Permission.SchedulesEdit);
        // What is not right any more can be switched off all the same.
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await db.Schedules.AsTracking().FirstOrDefaultAsync(s => s.Id == id, ct) is not { } schedule)
            return new ScheduleSaved.Gone();
        schedule.Enabled = false;
        db.Audit(person, time.GetUtcNow(), AuditActions.ScheduleUpdate, schedule.Name, JsonSerializer.Serialize(new { enabled = false }));
        return await SaveAsync(db, person, schedule, ct);
    }

    /// <summary>Deletes a schedule. The jobs that it made stay.</summary>
    public async Task<ScheduleSaved> DeleteAsync(Person person, Guid id, CancellationToken ct)
    {
        if (!MayEdit(person))
            return new ScheduleSaved.Forbidden(Permission.SchedulesEdit);
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await db.Schedules.AsTracking().FirstOrDefaultAsync(s => s.Id == id, ct) is not { } schedule)
            return new ScheduleSaved.Gone();
        db.Schedules.Remove(schedule);
        db.Audit(person, time.GetUtcNow(), AuditActions.ScheduleDelete, schedule.Name);
        return await SaveAsync(db, person, schedule, ct);
    }

    private async Task<ScheduleSaved?> RefuseAsync(Person person, ScheduleForm form, bool confirmed, CancellationToken ct)
    {
        if (!MayEdit(person))
            return new ScheduleSaved.Forbidden(Permission.SchedulesEdit);
        if (!person.May(Permission.JobsRun))
            return new ScheduleSaved.Forbidden(Permission.JobsRun);
        var issues = ScheduleRules.Check(form);
        var (plan, jobIssues) = await jobs.CheckAsync(person, form.ToRequest(), ct);
        if (issues.Count > 0 || plan is null)
            return new ScheduleSaved.Refused(issues, jobIssues);
        if (plan.IsDangerous && !person.May(Permission.JobsRunDangerous))
            return new ScheduleSaved.Forbidden(Permission.JobsRunDangerous);
        return plan.IsDangerous && !confirmed
            ? new ScheduleSaved.NeedsConfirmation(plan.Losses, [.. plan.Runs.Where(r => r.Skip is null).Select(r => r.Host.Name)])
            : null;
    }

    private async Task WriteAsync(PortalDb db, Person person, ScheduleForm form, Schedule schedule, CancellationToken ct)
    {
        form.WriteTo(schedule);
        schedule.SavedBy = person.UserName;
        schedule.SavedAt = time.GetUtcNow();
        schedule.SavedByAccount = await db.Users.Where(u => u.UserName == person.UserName).Select(u => (Guid?)u.Id).FirstOrDefaultAsync(ct);
    }

    private async Task<ScheduleSaved> SaveAsync(PortalDb db, Person person, Schedule schedule, CancellationToken ct)
    {
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            return await ConflictAsync(person, schedule.Id, ct);
        }
        catch (DbUpdateException e) when (e.IsDuplicate)
        {
            return new ScheduleSaved.Refused([new ScheduleIssue("name", ScheduleProblem.Taken, schedule.Name)], []);
        }

        events.Publish(new PortalEvent.ScheduleChanged(schedule.Id, schedule.Name));
        return new ScheduleSaved.Done(schedule.Id, schedule.Name);
    }

    private async Task<ScheduleSaved> ConflictAsync(Person person, Guid id, CancellationToken ct) =>
        await reads.FindAsync(person, id.ToString(), ct) is { } current ? new ScheduleSaved.Conflict(current) : new ScheduleSaved.Gone();

    private static async Task<ScheduleSaved?> TakenAsync(PortalDb db, ScheduleForm form, Guid? self, CancellationToken ct)
    {
        var lower = form.Name.Trim().ToLowerInvariant();
#pragma warning disable CA1304, CA1311, CA1862 // translated to SQL's lower()
        var isTaken = await db.Schedules.AnyAsync(s => s.School == form.School && s.Id != self && s.Name.ToLower() == lower, ct);
#pragma warning restore CA1304, CA1311, CA1862
        return isTaken ? new ScheduleSaved.Refused([new ScheduleIssue("name", ScheduleProblem.Taken, form.Name.Trim())], []) : null;
    }
}
