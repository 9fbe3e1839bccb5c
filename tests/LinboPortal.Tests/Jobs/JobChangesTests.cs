using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Core.Jobs;
using LinboPortal.Jobs;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Tests.Jobs;

public sealed class JobChangesTests(TestDatabase database) : JobUseCases(database)
{
    [Fact]
    public async Task A_job_that_nobody_began_ends_at_once_when_it_is_cancelled()
    {
        var made = await CreatedAsync("room:lab", "sync:1");
        using var subscription = Events.Subscribe();
        Assert.Equal(JobCancelled.Done, await Changes.CancelAsync(Admin, $"{made.Number}", Ct));
        Assert.All(await RunsAsync(made.Id), r => Assert.Equal((RunState.Cancelled, RunReason.ByPerson), (r.State, r.Reason)));
        var told = Assert.IsType<PortalEvent.JobCompleted>(Assert.Single(Read(subscription)));
        Assert.Equal((JobState.Cancelled, 3), (told.State, told.Counts.Cancelled));
        Assert.Equal(JobCancelled.Ended, await Changes.CancelAsync(Admin, $"{made.Number}", Ct));
        Assert.Equal(JobCancelled.NotFound, await Changes.CancelAsync(Admin, "999999", Ct));
    }

    [Fact]
    public async Task Whoever_works_on_a_PC_is_told_that_it_is_to_be_left_alone()
    {
        var made = await CreatedAsync("room:lab", "sync:1");
        var run = (await RunsAsync(made.Id))[1];
        await ChangeAsync(run.Id, RunState.Running);
        var told = Cancellations.Add(run.Id);
        Assert.Equal(JobCancelled.Done, await Changes.CancelRunAsync(Admin, run.Id, Ct));
        Assert.True(told.IsCancellationRequested);
        var runs = await RunsAsync(made.Id);
        Assert.Equal([false, true, false], runs.Select(r => r.CancelRequested));
        Assert.Equal(RunState.Running, runs[1].State);
    }

    [Fact]
    public async Task A_teacher_cancels_what_a_teacher_began_in_the_own_rooms_and_an_observer_nothing()
    {
        var made = await CreatedAsync("all", "reboot");
        Assert.Equal(JobCancelled.Forbidden, await Changes.CancelAsync(Teacher, $"{made.Number}", Ct));
        Assert.Equal(JobCancelled.Forbidden, await Changes.CancelRunAsync(Teacher, (await RunsAsync(made.Id)).First(r => r.Host == "lab-pc1").Id, Ct));
        Assert.False((await Sight.FindAsync(Teacher, $"{made.Number}", Ct))!.MayEnd);
        await OfAsync(made.Id, Teacher.UserName);
        Assert.True((await Sight.FindAsync(Teacher, $"{made.Number}", Ct))!.MayEnd);
        Assert.Equal(JobCancelled.Done, await Changes.CancelAsync(Teacher, $"{made.Number}", Ct));
        Assert.Equal(["attic-pc1"], (await RunsAsync(made.Id)).Where(r => r.EndedAt is null).Select(r => r.Host));
        var other = await CreatedAsync("room:attic", "reboot");
        Assert.Equal(JobCancelled.NotFound, await Changes.CancelAsync(Teacher, $"{other.Number}", Ct));
        Assert.Equal(JobCancelled.NotFound, await Changes.CancelRunAsync(Teacher, (await RunsAsync(other.Id))[0].Id, Ct));
        var observer = new Person("observer", Permission.Of(Role.Observer).ToHashSet(), Scope.Everything);
        Assert.Equal(JobCancelled.Forbidden, await Changes.CancelAsync(observer, $"{other.Number}", Ct));
    }

    [Fact]
    public async Task What_a_teacher_repeats_of_a_job_with_foreign_PCs_names_none_of_them()
    {
        var made = await CreatedAsync("all", "reboot");
        await using var db = await Databases.CreateDbContextAsync(Ct);
        await db.Jobs.ExecuteUpdateAsync(set => set.SetProperty(j => j.Note, "about the attic").SetProperty(j => j.EndedAt, TimeProvider.System.GetUtcNow()), Ct);
        var again = Assert.IsType<JobOutcome.Created>(await Changes.DuplicateAsync(Teacher, $"{made.Number}", new JobConsent(false, BusyRule.After), Ct));
        var job = await db.Jobs.AsNoTracking().SingleAsync(j => j.Id == again.Id, Ct);
        Assert.Equal(("host:lab-pc1,lab-pc2,lab-pc10", ""), (job.Target, job.Note));
    }

    private async Task OfAsync(Guid job, string author)
    {
        await using var db = await Databases.CreateDbContextAsync(Ct);
        await db.Jobs.Where(j => j.Id == job).ExecuteUpdateAsync(set => set.SetProperty(j => j.CreatedBy, author), Ct);
    }

    [Fact]
    public async Task The_failed_ones_run_again_as_a_job_of_their_own()
    {
        var made = await CreatedAsync("room:lab", "sync:1");
        var runs = await RunsAsync(made.Id);
        await ChangeAsync(runs[0].Id, RunState.Done);
        await ChangeAsync(runs[1].Id, RunState.Failed);
        await ChangeAsync(runs[2].Id, RunState.Skipped, RunReason.WaveFailed);
        var again = Assert.IsType<JobOutcome.Created>(await Changes.RetryFailedAsync(Admin, $"{made.Number}", new JobConsent(false, BusyRule.After), Ct));
        Assert.Equal(["lab-pc2", "lab-pc10"], (await RunsAsync(again.Id)).Select(r => r.Host));
        Assert.Equal(made.Number, (await Sight.FindAsync(Admin, $"{again.Number}", Ct))!.RepeatOf);
        Assert.IsType<JobOutcome.Refused>(await Changes.RetryFailedAsync(Admin, $"{again.Number}", new JobConsent(false, BusyRule.After), Ct));
        Assert.Null(await Changes.RetryFailedAsync(Admin, "999999", new JobConsent(false, BusyRule.After), Ct));
    }

    [Fact]
    public async Task The_failed_ones_are_not_set_up_afresh_again_before_it_was_said_what_is_lost_and_where()
    {
        var made = await CreatedAsync("room:lab", "new:1", confirmed: true);
        var runs = await RunsAsync(made.Id);
        await ChangeAsync(runs[0].Id, RunState.Done);
        await ChangeAsync(runs[1].Id, RunState.Failed);
        var asked = Assert.IsType<JobOutcome.NeedsConfirmation>(await Changes.RetryFailedAsync(Admin, $"{made.Number}", new JobConsent(false, BusyRule.After), Ct));
        Assert.Equal(["lab-pc2"], asked.Hosts);
        Assert.Equal((LostThing.Systems, 1), (Assert.Single(asked.Losses).Thing, asked.Losses[0].Hosts));
        var again = Assert.IsType<JobOutcome.Created>(await Changes.RetryFailedAsync(Admin, $"{made.Number}", new JobConsent(true, BusyRule.After), Ct));
        Assert.Equal(["lab-pc2"], (await RunsAsync(again.Id)).Select(r => r.Host));
    }

    [Fact]
    public async Task A_duplicate_asks_again_before_data_is_lost()
    {
        var made = await CreatedAsync("room:lab", "new:1", confirmed: true);
        Assert.IsType<JobOutcome.NeedsConfirmation>(await Changes.DuplicateAsync(Admin, $"{made.Number}", new JobConsent(false, BusyRule.After), Ct));
        var again = Assert.IsType<JobOutcome.Created>(await Changes.DuplicateAsync(Admin, $"{made.Number}", new JobConsent(true, BusyRule.After), Ct));
        var job = (await Sight.FindAsync(Admin, $"{again.Number}", Ct))!.Job;
        Assert.Equal(("room:lab", "new:1"), (job.Target, job.Commands));
    }

    private async Task ChangeAsync(Guid run, RunState state, RunReason? reason = null)
    {
        await using var db = await Databases.CreateDbContextAsync(Ct);
        await db.HostRuns.Where(r => r.Id == run).ExecuteUpdateAsync(set => set.SetProperty(r => r.State, state).SetProperty(r => r.Reason, reason), Ct);
    }
}
