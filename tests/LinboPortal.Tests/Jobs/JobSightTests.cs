using LinboPortal.Core.Accounts;
using LinboPortal.Core.Groups;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Jobs;
using LinboPortal.Jobs;
using LinboPortal.Testing;
using Microsoft.Extensions.Time.Testing;

namespace LinboPortal.Tests.Jobs;

/// <summary>What pages read about jobs and PCs, on a room of three PCs with two systems.</summary>
public sealed class JobSightTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 8, 0, 0, TimeSpan.Zero);
    private readonly Room room = new() { School = Host.DefaultSchool, Name = "lab" };
    private readonly Room other = new() { School = Host.DefaultSchool, Name = "attic" };
    private readonly HostGroup group = new() { School = Host.DefaultSchool, Name = "win", StartConf = "[LINBO]\n[Partition]\nDev = /dev/sda1\nLabel = windows\n[OS]\nName = Windows 11\n[OS]\nName = Ubuntu\n" };
    private readonly List<Host> hosts = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Person Stranger => new("x", Permission.Of(Role.Teacher).ToHashSet(), new Scope.Rooms(new HashSet<Guid> { other.Id }));

    public async ValueTask InitializeAsync()
    {
        await using var db = await database.Databases.CreateDbContextAsync(CancellationToken.None);
        db.AddRange(room, other, group);
        foreach (var (name, flag) in new[] { ("lab-pc1", "1"), ("lab-pc2", "2"), ("lab-printer", "0") })
            hosts.Add(new Host { School = Host.DefaultSchool, Name = name, RoomId = room.Id, GroupId = group.Id, PxeFlag = flag });
        db.AddRange(hosts);
        db.Add(new HostStatus { HostId = hosts[0].Id, State = HostState.Linbo, Since = Now });
        await db.SaveChangesAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await using var db = await database.Databases.CreateDbContextAsync(CancellationToken.None);
        db.Jobs.RemoveRange(db.Jobs);
        db.Hosts.RemoveRange(db.Hosts);
        db.Rooms.RemoveRange(db.Rooms);
        db.Groups.RemoveRange(db.Groups);
        await db.SaveChangesAsync(CancellationToken.None);
    }

    [Fact]
    public async Task The_picker_knows_systems_partitions_and_states_and_leaves_printers_out()
    {
        var target = await new CommandTargets(database.Databases).ReadAsync(Person.Portal, "room:lab", Host.DefaultSchool, Ct);

        Assert.Equal(["lab-pc1", "lab-pc2"], target.Names);
        Assert.Equal(["Windows 11", "Ubuntu"], target.Systems.Select(s => s.Name));
        Assert.Equal("windows (/dev/sda1)", Assert.Single(target.Partitions).Name);
        Assert.Equal((1, 1), (target.InLinbo, target.Off));
        Assert.Equal(0, (await new CommandTargets(database.Databases).ReadAsync(Stranger, "room:lab", Host.DefaultSchool, Ct)).Count);
    }

    [Fact]
    public async Task A_tile_shows_the_newest_job_of_its_PC_and_no_planned_one()
    {
        await AddAsync(JobState.Failed, RunState.Failed, Now.AddHours(-2));
        await AddAsync(JobState.Running, RunState.Running, null);
        await AddAsync(JobState.Planned, RunState.Waiting, null);
        var works = new PcWorks(database.Databases, new FakeTimeProvider(Now));

        var work = (await works.OfRoomAsync(Person.Portal, room.Id, Ct))[hosts[0].Id];

        Assert.Equal((RunState.Running, "sync:1", 2, 43), (work.State, work.Step, work.Commands, work.Percent));
        Assert.Empty(await works.OfRoomAsync(Stranger, room.Id, Ct));
    }

    [Fact]
    public async Task A_result_of_yesterday_is_not_shown_any_more()
    {
        await AddAsync(JobState.Failed, RunState.Failed, Now.AddHours(-20));
        Assert.Empty(await new PcWorks(database.Databases, new FakeTimeProvider(Now)).OfRoomAsync(Person.Portal, room.Id, Ct));
    }

    [Fact]
    public async Task The_systems_of_a_job_have_names()
    {
        var job = await AddAsync(JobState.Running, RunState.Running, null);
        var names = await new SystemNames(database.Databases).OfJobAsync(Person.Portal, job, Ct);
        Assert.Equal("Ubuntu", names[2]);
    }

    [Fact]
    public async Task The_bar_above_counts_what_runs_and_follows_it()
    {
        var job = await AddAsync(JobState.Running, RunState.Running, null);
        await AddAsync(JobState.Done, RunState.Done, Now);
        var watch = new JobWatch(new JobList(database.Databases), Person.Portal, new FakeTimeProvider(Now));
        await watch.LoadAsync(Ct);
        Assert.Equal((1, job), (watch.Running, Assert.Single(watch.Jobs).Id));

        await watch.ApplyAsync([new Core.Events.PortalEvent.JobProgress(job, 1, new JobCounts(0, 0, 1, 0, 0, 0), 100, [room.Id])], Ct);
        Assert.Equal((1, 1.0), (watch.Jobs[0].Counts.Done, watch.Share));
        Assert.False(new JobWatch(new JobList(database.Databases), Stranger, TimeProvider.System).Concerns(new Core.Events.PortalEvent.JobStarted(job, 1, [room.Id])));
    }

    private async Task<Guid> AddAsync(JobState state, RunState run, DateTimeOffset? ended)
    {
        var job = new Job { Target = "room:lab", Commands = "sync:1,start:1", CreatedBy = "admin", CreatedAt = Now, State = state, EndedAt = ended };
        job.Runs.Add(new HostRun
        {
            HostId = hosts[0].Id,
            Host = hosts[0].Name,
            RoomId = room.Id,
            State = run,
            Command = 1,
            Percent = 43.9,
            EndedAt = ended,
            Reason = run == RunState.Failed ? RunReason.ConnectionLost : null,
        });
        await using var db = await database.Databases.CreateDbContextAsync(Ct);
        db.Add(job);
        await db.SaveChangesAsync(Ct);
        return job.Id;
    }
}
