using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Core.Jobs;
using LinboPortal.Jobs;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Tests.Jobs;

public sealed class JobDispatcherTests(TestDatabase database) : JobUseCases(database)
{
    [Fact]
    public async Task Of_a_job_with_foreign_PCs_a_teacher_sees_and_finds_the_own_ones_only()
    {
        var shared = Assert.IsType<JobOutcome.Created>(await Dispatcher.DispatchAsync(
            Admin, new JobRequest { Target = "host:lab-pc1,attic-pc1", Commands = "reboot", Note = "gruetze", NotBefore = null }, Ct));
        var own = Assert.IsType<JobOutcome.Created>(await Dispatcher.DispatchAsync(
            Admin, new JobRequest { Target = "host:lab-pc2", Commands = "reboot", Note = "haferbrei" }, Ct));
        var seen = (await Sight.FindAsync(Teacher, $"{shared.Number}", Ct))!.Job;
        Assert.Equal(("host:lab-pc1", "", "", 1), (seen.Target, seen.Note, seen.CreatedBy, seen.Counts.Total));
        var whole = (await Sight.FindAsync(Teacher, $"{own.Number}", Ct))!.Job;
        Assert.Equal(("host:lab-pc2", "haferbrei", Admin.UserName), (whole.Target, whole.Note, whole.CreatedBy));
        Assert.Equal("gruetze", (await Sight.FindAsync(Admin, $"{shared.Number}", Ct))!.Job.Note);

        async Task<int[]> Found(Person person, JobListQuery query) => [.. (await List.ReadAsync(person, query, Ct)).Items.Select(j => j.Number)];
        foreach (var hidden in new JobListQuery[] { new() { Search = "attic" }, new() { Search = "gruetze" }, new() { RoomId = Attic.Id } })
        {
            Assert.Empty(await Found(Teacher, hidden));
            Assert.Equal([shared.Number], await Found(Admin, hidden));
        }

        Assert.Equal([own.Number], await Found(Teacher, new() { CreatedBy = Admin.UserName }));
        Assert.Equal([own.Number], await Found(Teacher, new() { Search = "haferbrei" }));
        Assert.Equal([own.Number, shared.Number], await Found(Teacher, new() { Search = "lab-pc" }));
        Assert.Equal([own.Number, shared.Number], await Found(Teacher, new() { RoomId = Lab.Id }));
    }

    [Fact]
    public async Task A_job_is_made_with_its_runs_audit_and_event()
    {
        using var subscription = Events.Subscribe();
        var made = await CreatedAsync("room:lab", "sync:1,start:1");
        var runs = await RunsAsync(made.Id);
        Assert.Equal(["lab-pc1", "lab-pc2", "lab-pc10"], runs.Select(r => r.Host));
        Assert.All(runs, r => Assert.Equal((RunState.Waiting, Lab.Id), (r.State, r.RoomId)));
        var told = Assert.IsType<PortalEvent.JobCreated>(Assert.Single(Read(subscription)));
        Assert.Equal((made.Id, made.Number, "sync:1,start:1", "room:lab", 3), (told.JobId, told.Number, told.Commands, told.Target, told.Hosts));
        Assert.Equal([Lab.Id], told.RoomIds);
        await using var db = await Databases.CreateDbContextAsync(Ct);
        var audit = await db.AuditEntries.SingleAsync(Ct);
        Assert.Equal(("admin", "job.create", "room:lab"), (audit.Person, audit.Action, audit.Subject));
    }

    [Theory]
    [InlineData("host:LAB-PC2", "lab-pc2")]
    [InlineData("host:10.0.0.2", "lab-pc2")]
    [InlineData("search:hinten", "lab-pc2")]
    [InlineData("search:room=lab&search=pc1", "lab-pc1,lab-pc10")]
    [InlineData("group:WIN", "lab-pc1,lab-pc2,lab-pc10")]
    [InlineData("all", "attic-pc1,lab-pc1,lab-pc2,lab-pc10")]
    [InlineData("school:default-school", "attic-pc1,lab-pc1,lab-pc2,lab-pc10")]
    public async Task Every_kind_of_target_is_found(string target, string names)
    {
        var made = await CreatedAsync(target, "reboot");
        Assert.Equal(names.Split(','), (await RunsAsync(made.Id)).Select(r => r.Host));
    }

    [Fact]
    public async Task A_school_narrows_the_target()
    {
        var check = await Dispatcher.CheckAsync(Admin, new JobRequest { Target = "all", Commands = "reboot", School = "gym" }, Ct);
        Assert.Null(check.Plan);
        Assert.Equal(JobProblem.NoPcs, Assert.Single(check.Issues).Problem);
    }

    [Fact]
    public async Task A_teacher_reaches_the_own_rooms_only()
    {
        var made = Assert.IsType<JobOutcome.Created>(await Dispatcher.DispatchAsync(Teacher, new JobRequest { Target = "all", Commands = "sync:1" }, Ct));
        Assert.All(await RunsAsync(made.Id), r => Assert.Equal(Lab.Id, r.RoomId));
        var refused = Assert.IsType<JobOutcome.Refused>(await Dispatcher.DispatchAsync(Teacher, new JobRequest { Target = "room:attic", Commands = "sync:1" }, Ct));
        Assert.Equal((JobProblem.UnknownTarget, "attic"), (refused.Issues[0].Problem, refused.Issues[0].Value));
        var dangerous = await Dispatcher.DispatchAsync(Teacher, new JobRequest { Target = "all", Commands = "new:1", Confirmed = true }, Ct);
        Assert.Equal(new JobOutcome.Forbidden(Permission.JobsRunDangerous), dangerous);
        var observer = new Person("observer", Permission.Of(Role.Observer).ToHashSet(), Scope.Everything);
        Assert.Equal(new JobOutcome.Forbidden(Permission.JobsRun), await Dispatcher.DispatchAsync(observer, new JobRequest { Target = "all", Commands = "sync:1" }, Ct));
    }

    [Fact]
    public async Task What_loses_data_is_made_only_once_it_is_confirmed()
    {
        var request = new JobRequest { Target = "room:lab", Commands = "format:1,new:2" };
        var asked = Assert.IsType<JobOutcome.NeedsConfirmation>(await Dispatcher.DispatchAsync(Admin, request, Ct));
        Assert.Equal(["lab-pc1", "lab-pc2", "lab-pc10"], asked.Hosts);
        Assert.Equal([(LostThing.Partitions, 3, "/dev/sda1"), (LostThing.Systems, 3, "Ubuntu")], asked.Losses.Select(l => (l.Thing, l.Hosts, l.Subjects[0])));
        Assert.Equal(0, (await List.ReadAsync(Admin, new JobListQuery(), Ct)).Total);
        Assert.IsType<JobOutcome.Created>(await Dispatcher.DispatchAsync(Admin, request with { Confirmed = true }, Ct));
    }

    [Fact]
    public async Task A_job_for_later_waits_for_its_time()
    {
        var request = new JobRequest { Target = "all", Commands = "reboot", NotBefore = Time.GetUtcNow().AddHours(1) };
        var made = Assert.IsType<JobOutcome.Created>(await Dispatcher.DispatchAsync(Admin, request, Ct));
        var row = Assert.Single((await List.ReadAsync(Admin, new JobListQuery { Tab = JobTab.Planned }, Ct)).Items);
        Assert.Equal((made.Number, JobState.Planned, request.NotBefore), (row.Number, row.State, row.NotBefore));
    }

    [Fact]
    public async Task A_teacher_sees_the_part_of_a_job_that_is_in_the_own_rooms()
    {
        var both = await CreatedAsync("all", "reboot");
        var other = await CreatedAsync("room:attic", "reboot");
        var page = await List.ReadAsync(Teacher, new JobListQuery(), Ct);
        Assert.Equal((both.Number, 3), (Assert.Single(page.Items).Number, page.Items[0].Counts.Total));
        Assert.Null(await Sight.FindAsync(Teacher, other.Id.ToString(), Ct));
        Assert.Equal(3, (await Sight.RunsAsync(Teacher, both.Id, null, 0, 10, Ct)).Count);
        Assert.Null(await Sight.RunAsync(Teacher, (await RunsAsync(other.Id))[0].Id, Ct));
        Assert.Null(await Sight.LogAsync(Teacher, (await RunsAsync(other.Id))[0].Id, null, 10, Ct));
    }

    [Fact]
    public async Task Lists_are_searched_filtered_and_paged()
    {
        for (var i = 0; i < 3; i++)
            await CreatedAsync("room:lab", "sync:1");
        var last = await CreatedAsync("attic-pc1", "halt");
        var page = await List.ReadAsync(Admin, new JobListQuery { Page = 2, PageSize = 3 }, Ct);
        Assert.Equal((4, 2, 1, 4, 0), (page.Total, page.Page, page.Items.Count, page.Running, page.Planned));
        Assert.Equal(last.Number, Assert.Single((await List.ReadAsync(Admin, new JobListQuery { Search = "attic" }, Ct)).Items).Number);
        Assert.Equal(last.Number, Assert.Single((await List.ReadAsync(Admin, new JobListQuery { Search = $"#{last.Number}" }, Ct)).Items).Number);
        Assert.Equal(3, (await List.ReadAsync(Admin, new JobListQuery { RoomId = Lab.Id, Tab = JobTab.Running }, Ct)).Total);
        Assert.Equal(0, (await List.ReadAsync(Admin, new JobListQuery { Tab = JobTab.History }, Ct)).Total);
        var run = Assert.Single(await RunsAsync(last.Id));
        Assert.Equal(1, (await List.ReadAsync(Admin, new JobListQuery { HostId = run.HostId }, Ct)).Total);
        Assert.Equal(last.Number, Assert.Single(await Sight.OfHostAsync(Admin, run.HostId!.Value, 10, Ct)).Job.Number);
    }
}
