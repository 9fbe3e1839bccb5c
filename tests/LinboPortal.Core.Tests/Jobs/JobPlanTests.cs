using LinboPortal.Core.Jobs;
using LinboPortal.Core.StartConf;

namespace LinboPortal.Core.Tests.Jobs;

public sealed class JobPlanTests
{
    private static readonly JobGroup Two = new("win", StartConfReader.Read(
        """
        [LINBO]
        Group = win
        [Partition]
        Dev = /dev/sda1
        Label = windows
        [Partition]
        Dev = /dev/sda2
        [OS]
        Name = Windows 11
        BaseImage = win11.qcow2
        [OS]
        Name = Ubuntu
        BaseImage = ubuntu.qcow2
        """));

    private static readonly JobGroup One = new("lin", StartConfReader.Read("[LINBO]\nGroup = lin\n[OS]\nName = Debian\nBaseImage = debian.qcow2\n"));

    [Fact]
    public void A_room_is_planned_in_its_order_without_its_printers()
    {
        var plan = Plan(new JobRequest { Target = "room:r1", Commands = "sync:1,start:1" }, Pc("a"), Pc("printer", boots: false), Pc("b"));
        Assert.Equal(["a", "b"], plan.Runs.Select(r => r.Host.Name));
        Assert.All(plan.Runs, r => Assert.Null(r.Skip));
        Assert.Equal("sync:1,start:1", string.Join(',', plan.Commands));
        Assert.False(plan.IsDangerous);
        Assert.Empty(plan.Losses);
    }

    [Theory]
    [InlineData("initcache,sync:1,halt,halt", "initcache,sync:1,halt")]
    [InlineData("sync:1,halt,poweroff,halt", "sync:1,halt")]
    [InlineData("reboot,reboot", "reboot")]
    [InlineData("sync:1,start:1,start:1", "sync:1,start:1")]
    [InlineData("sync:1,sync:1", "sync:1,sync:1")]
    public void Leaving_twice_in_the_same_way_is_leaving_once(string commands, string planned)
    {
        foreach (var way in Enum.GetValues<JobWay>())
            Assert.Equal(planned, string.Join(',', Plan(new JobRequest { Target = "group:win", Commands = commands, Way = way }, Pc("a")).Commands));
    }

    [Theory]
    [InlineData("halt,reboot")]
    [InlineData("start:1,start:2")]
    [InlineData("halt,halt,sync:1")]
    public void Nothing_else_can_follow_once_the_PC_is_gone(string commands) =>
        Assert.Equal(JobProblem.AfterLeaving, Issue(new JobRequest { Target = "group:win", Commands = commands }, Pc("a")).Problem);

    [Fact]
    public void A_new_image_is_what_is_lost_where_it_has_a_name_of_its_own()
    {
        var plan = Plan(new JobRequest { Target = "host:a", Commands = "create_image:1:image_name:noble,upload_image:1" }, Pc("a"));
        Assert.All(plan.Losses, l => Assert.Equal(["noble.qcow2"], l.Subjects));
        Assert.Equal(2, plan.Losses.Count);
    }

    [Fact]
    public void Waves_take_their_PCs_in_order_and_the_rest_comes_last()
    {
        var plan = Plan(new JobRequest { Target = "all", Commands = "sync:1", Waves = "1, 2" }, [.. "abcdef".Select(c => Pc(c.ToString()))]);
        Assert.Equal([0, 1, 1, 2, 2, 2], plan.Runs.Select(r => r.Wave));
    }

    [Fact]
    public void All_errors_come_at_once_by_field_and_position()
    {
        var request = new JobRequest
        {
            Target = "host:a,b,ghost",
            Commands = "start:1,sync:9,upload_image:1",
            Between = TimeSpan.FromSeconds(2),
            Broadcast = true,
            Waves = "1,x",
            Note = new string('x', 201),
        };
        var targets = new JobTargets([Pc("a"), Pc("b", boots: false)], ["ghost"]);
        Assert.False(JobPlan.TryCreate(request, targets, out _, out var issues));
        Assert.Equal(
            [
                (JobField.Target, JobProblem.UnknownTarget, "ghost", null),
                (JobField.Target, JobProblem.NotLinboPc, "b", null),
                (JobField.Commands, JobProblem.AfterLeaving, "sync:9", 9),
                (JobField.Commands, JobProblem.OnePcOnly, "upload_image:1", 16),
                (JobField.Between, JobProblem.NeedsWake, "", null),
                (JobField.Broadcast, JobProblem.NeedsWake, "", null),
                (JobField.Waves, JobProblem.UnreadableWaves, "1,x", null),
                (JobField.Note, JobProblem.OutOfRange, "", null),
                (JobField.Commands, JobProblem.NoSuchSystem, "sync:9", 9),
            ],
            issues.Select(i => (i.Field, i.Problem, i.Value, i.Position)));
    }

    [Fact]
    public void What_cannot_be_read_is_said_with_its_position()
    {
        Assert.False(JobPlan.TryCreate(new JobRequest { Target = "planet:earth", Commands = "sync:1,fly" }, new JobTargets([], []), out _, out var issues));
        Assert.Equal([(JobProblem.UnreadableTarget, null), (JobProblem.BadCommand, 8)], issues.Select(i => (i.Problem, i.Position)));
    }

    [Theory]
    [InlineData("", JobProblem.NoTarget)]
    [InlineData("all", JobProblem.NoPcs)]
    public void A_target_without_PCs_is_refused(string target, JobProblem problem) =>
        Assert.Equal(problem, Issue(new JobRequest { Target = target, Commands = "sync:1" }).Problem);

    [Fact]
    public void Something_must_be_asked_for()
    {
        Assert.Equal(JobProblem.NothingToDo, Issue(new JobRequest { Target = "a" }, Pc("a")).Problem);
        Assert.Equal(JobProblem.NothingForBoot, Issue(new JobRequest { Target = "a", Way = JobWay.OnBoot, Wake = TimeSpan.Zero }, Pc("a")).Problem);
        Assert.Empty(Plan(new JobRequest { Target = "a", Wake = TimeSpan.FromMinutes(2) }, Pc("a")).Commands);
        Assert.Equal(JobWay.OnBoot, Plan(new JobRequest { Target = "a", NoAuto = true }, Pc("a")).Way);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3601)]
    public void Waiting_has_a_limit(int seconds) =>
        Assert.Equal(JobField.Wake, Issue(new JobRequest { Target = "a", Commands = "sync:1", Wake = TimeSpan.FromSeconds(seconds) }, Pc("a")).Field);

    [Fact]
    public void A_system_that_only_some_groups_of_a_room_have_is_left_out_on_the_others()
    {
        var plan = Plan(new JobRequest { Target = "room:r1", Commands = "sync:2", Waves = "1" }, Pc("lin1", One), Pc("win1"), Pc("bare", group: null), Pc("win2"));
        Assert.Equal([RunReason.NoSystem, null, RunReason.NoSystem, null], plan.Runs.Select(r => r.Skip));
        Assert.Equal([0, 0, 0, 1], plan.Runs.Select(r => r.Wave));
    }

    [Fact]
    public void A_system_that_nobody_has_or_that_a_named_PC_lacks_is_an_error()
    {
        Assert.Equal((JobProblem.NoSuchSystem, "lin"), Refusal(new JobRequest { Target = "room:r1", Commands = "sync:2" }, Pc("a", One), Pc("b", One)));
        Assert.Equal((JobProblem.NoSuchSystem, "lin"), Refusal(new JobRequest { Target = "host:a,b", Commands = "sync:2" }, Pc("a", One), Pc("b")));
        Assert.Equal((JobProblem.NoSuchPartition, "win"), Refusal(new JobRequest { Target = "a", Commands = "format:3" }, Pc("a")));
        Assert.Equal((JobProblem.NoGroup, "a"), Refusal(new JobRequest { Target = "a", Commands = "start:1" }, Pc("a", group: null)));
    }

    [Fact]
    public void A_PC_without_an_address_is_left_out_unless_it_is_woken()
    {
        Assert.Equal(RunReason.NoAddress, Plan(new JobRequest { Target = "a", Commands = "sync:1" }, Pc("a", address: false)).Runs[0].Skip);
        Assert.Null(Plan(new JobRequest { Target = "a", Commands = "sync:1", Wake = TimeSpan.Zero }, Pc("a", address: false)).Runs[0].Skip);
        Assert.Null(Plan(new JobRequest { Target = "a", Commands = "sync:1", Way = JobWay.OnBoot }, Pc("a", address: false)).Runs[0].Skip);
    }

    [Fact]
    public void What_is_lost_is_named_and_counted()
    {
        var plan = Plan(new JobRequest { Target = "room:r1", Commands = "partition,format,format:1,new:1" }, Pc("a"), Pc("b"), Pc("c", One));
        Assert.Equal(
            ["Disk partition 2 ", "Partitions format 2 windows (/dev/sda1)|/dev/sda2", "Partitions format:1 2 windows (/dev/sda1)", "Systems new:1 2 Windows 11"],
            plan.Losses.Select(l => $"{l.Thing} {l.Command} {l.Hosts} {string.Join('|', l.Subjects)}"));
        var upload = Plan(new JobRequest { Target = "a", Commands = "create_image:2,upload_image:2,upload_qdiff:2" }, Pc("a"));
        Assert.Equal(
            [(LostThing.CachedImage, "ubuntu.qcow2"), (LostThing.ServerImage, "ubuntu.qcow2"), (LostThing.ServerImage, "ubuntu.qdiff")],
            upload.Losses.Select(l => (l.Thing, l.Subjects[0])));
    }

    private static JobHost Pc(string name, bool boots = true, bool address = true) => Pc(name, Two, boots, address);

    private static JobHost Pc(string name, JobGroup? group, bool boots = true, bool address = true) => new(Guid.CreateVersion7(), name, Guid.Empty, group, boots, address);

    private static JobPlan Plan(JobRequest request, params JobHost[] hosts)
    {
        Assert.True(JobPlan.TryCreate(request, new JobTargets(hosts, []), out var plan, out var issues), string.Join('\n', issues));
        return plan!;
    }

    private static JobIssue Issue(JobRequest request, params JobHost[] hosts)
    {
        Assert.False(JobPlan.TryCreate(request, new JobTargets(hosts, []), out _, out var issues));
        return Assert.Single(issues);
    }

    private static (JobProblem Problem, string Other) Refusal(JobRequest request, params JobHost[] hosts)
    {
        var issue = Issue(request, hosts);
        return (issue.Problem, issue.Other);
    }
}
