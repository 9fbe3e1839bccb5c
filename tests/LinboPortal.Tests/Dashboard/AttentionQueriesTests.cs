using System.Globalization;
using LinboPortal.Boot;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Images;
using LinboPortal.Core.Jobs;
using LinboPortal.Dashboard;
using LinboPortal.Images;
using LinboPortal.Infrastructure.Boot;
using LinboPortal.Jobs;
using LinboPortal.Schedules;
using LinboPortal.Testing;
using LinboPortal.Tests.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LinboPortal.Tests.Dashboard;

/// <summary>What the dashboard says after a bad night, and to whom.</summary>
public sealed class AttentionQueriesTests : JobUseCases
{
    private readonly ServiceProvider texts;

    public AttentionQueriesTests(TestDatabase database)
        : base(database)
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo("en");
        texts = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider();
    }

    private AttentionQueries Queries => new(
        Databases,
        [
            new JobsAttention(Databases, Text<DashboardText>(), Text<JobsText>(), Time), new SchedulesAttention(Databases, Text<DashboardText>(), Text<SchedulesText>(), Time),
            new BootAttention(Databases, Text<DashboardText>(), Text<BootTimelineText>()), new ImagesAttention(Databases, Text<DashboardText>(), Text<ImagesText>()),
        ],
        Time,
        NullLogger<AttentionQueries>.Instance);

    private BootSweeper Sweeper => new(Databases, Events, Options.Create(new BootJournalOptions()), Time, NullLogger<BootSweeper>.Instance);

    public override async ValueTask DisposeAsync()
    {
        await using (var db = await Databases.CreateDbContextAsync(CancellationToken.None))
        {
            await db.Schedules.ExecuteDeleteAsync(CancellationToken.None);
            await db.Images.ExecuteDeleteAsync(CancellationToken.None);
            await db.SeenAttention.ExecuteDeleteAsync(CancellationToken.None);
            await db.BootRuns.ExecuteDeleteAsync(CancellationToken.None);
        }

        await base.DisposeAsync();
        await texts.DisposeAsync();
    }

    [Fact]
    public async Task A_failed_job_is_named_with_its_numbers_until_it_is_repeated_or_seen()
    {
        var job = await FailedAsync("room:Lab", RunReason.NotOnline);
        var text = Text<JobsText>();
        var line = Assert.Single(await Queries.ReadAsync(Admin, Ct));
        Assert.Equal(("Synchronise system 1: failed on 2 of 3 PCs", $"/jobs/{job.Number}?retry=true", true), (line.Title, line.Href, line.IsBroken));
        Assert.Contains("2 ×", line.Why, StringComparison.Ordinal);
        Assert.Equal(text["RetryFailed", "2"].Value, line.Action);

        await Queries.PutAsideAsync(Teacher, line.Key, Ct);
        Assert.Single(await Queries.ReadAsync(Admin, Ct)); // another one's notes are not mine
        await Queries.PutAsideAsync(Admin, line.Key, Ct);
        await Queries.PutAsideAsync(Admin, line.Key, Ct);
        Assert.Empty(await Queries.ReadAsync(Admin, Ct));

        var next = await FailedAsync("room:Lab", RunReason.NotOnline);
        Assert.Single(await Queries.ReadAsync(Admin, Ct));
        Assert.IsType<JobOutcome.Created>(await Changes.RetryFailedAsync(Admin, $"{next.Number}", new JobConsent(true, BusyRule.After), Ct));
        Assert.Empty(await Queries.ReadAsync(Admin, Ct));
    }

    [Fact]
    public async Task Nightly_runs_and_what_was_not_delivered_stand_there_by_the_name_of_the_schedule()
    {
        var schedule = await ScheduleAsync("Nacht");
        await FailedAsync("room:Lab", RunReason.NotAwake, schedule.Id);
        await using (var db = await Databases.CreateDbContextAsync(Ct))
        {
            db.ScheduleNotices.Add(new ScheduleNotice { ScheduleId = schedule.Id, Channel = NoticeChannel.Mail, CreatedAt = Time.GetUtcNow(), Attempts = 1, Problem = "Notifications:Smtp:Host is not set." });
            await db.SaveChangesAsync(Ct);
        }

        Assert.Equal(["Nacht: failed on 2 of 3 PCs", "Mail about “Nacht” was not delivered"], (await Queries.ReadAsync(Admin, Ct)).Select(i => i.Title));
        Assert.Contains("The setting Notifications:Smtp:Host is missing", (await Queries.ReadAsync(Admin, Ct))[1].Why, StringComparison.Ordinal);
        // The next night went well: the former one is no news, and schedules are not a teacher's.
        await EndedAsync("room:Lab", [], null, schedule.Id);
        Assert.Equal(["Mail about “Nacht” was not delivered"], (await Queries.ReadAsync(Admin, Ct)).Select(i => i.Title));
        Assert.Empty(await Queries.ReadAsync(Teacher, Ct));
    }

    [Fact]
    public async Task A_boot_that_did_not_come_up_is_told_to_those_who_see_the_room_and_ends_with_the_next_good_one()
    {
        await BootAsync("lab-pc1", boot => boot.MissingKernel());
        await BootAsync("attic-pc1", boot => boot.SilentAfterGrub());
        Time.Advance(TimeSpan.FromMinutes(4));
        await Sweeper.EndQuietBootsAsync(Ct);
        await Sweeper.JudgeQuietBootsAsync(Ct);

        var all = Assert.Single(await Queries.ReadAsync(Admin, Ct));
        Assert.Equal(("2 PCs did not come up", "/hosts?state=failed"), (all.Title, all.Href));
        var own = Assert.Single(await Queries.ReadAsync(Teacher, Ct));
        Assert.Equal(("lab-pc1 did not come up", "/hosts/lab-pc1"), (own.Title, own.Href));
        Assert.Contains("linbo64", own.Why, StringComparison.Ordinal);

        await BootAsync("lab-pc1", boot => boot.StillBooting());
        Assert.Equal("attic-pc1 did not come up", Assert.Single(await Queries.ReadAsync(Admin, Ct)).Title);
        await using (var db = await Databases.CreateDbContextAsync(Ct))
            await db.HostStatuses.ExecuteUpdateAsync(set => set.SetProperty(s => s.State, HostState.Linux), Ct);
        Assert.Empty(await Queries.ReadAsync(Admin, Ct));
    }

    [Fact]
    public async Task A_damaged_image_is_named_with_the_button_that_helps()
    {
        await using (var db = await Databases.CreateDbContextAsync(Ct))
        {
            var image = new Image { Name = "win10", State = ImageState.Damaged, Problem = ImageProblem.ChecksumDiffers };
            image.Versions.Add(new ImageVersion { ImageId = image.Id, Folder = "202611010000", MadeAt = Time.GetUtcNow(), State = ImageState.Good });
            db.AddRange(image, new Image { Name = "vbox", State = ImageState.Broken, Problem = ImageProblem.NotForLinbo });
            await db.SaveChangesAsync(Ct);
        }

        var line = Assert.Single(await Queries.ReadAsync(Admin, Ct));
        Assert.Equal(("Image win10: the checksum differs", "Restore a version", "/images/win10", "images"), (line.Title, line.Action, line.Href, line.InsteadOf));
        Assert.Empty(await Queries.ReadAsync(Teacher, Ct));
    }

    [Fact]
    public async Task A_part_that_fails_hides_no_other()
    {
        await FailedAsync("room:Lab", RunReason.NotOnline);
        var queries = new AttentionQueries(
            Databases, [new Broken(), new JobsAttention(Databases, Text<DashboardText>(), Text<JobsText>(), Time)], Time, NullLogger<AttentionQueries>.Instance);
        Assert.Single(await queries.ReadAsync(Admin, Ct));
    }

    private IStringLocalizer<T> Text<T>() => texts.GetRequiredService<IStringLocalizer<T>>();

    private Task<Job> FailedAsync(string target, RunReason reason, Guid? schedule = null) => EndedAsync(target, ["lab-pc1", "lab-pc2"], reason, schedule);

    private async Task<Job> EndedAsync(string target, string[] failed, RunReason? reason, Guid? schedule)
    {
        var created = Assert.IsType<JobOutcome.Created>(await Dispatcher.DispatchAsync(Admin, new JobRequest { Target = target, Commands = "sync:1" }, Ct));
        await using var db = await Databases.CreateDbContextAsync(Ct);
        await db.HostRuns.Where(r => r.JobId == created.Id).ExecuteUpdateAsync(set => set.SetProperty(r => r.State, RunState.Done).SetProperty(r => r.EndedAt, Time.GetUtcNow()), Ct);
        await db.HostRuns.Where(r => r.JobId == created.Id && failed.Contains(r.Host)).ExecuteUpdateAsync(set => set.SetProperty(r => r.State, RunState.Failed).SetProperty(r => r.Reason, reason), Ct);
        await db.Jobs.Where(j => j.Id == created.Id).ExecuteUpdateAsync(
            set => set.SetProperty(j => j.EndedAt, Time.GetUtcNow()).SetProperty(j => j.State, failed.Length > 0 ? JobState.Failed : JobState.Done).SetProperty(j => j.ScheduleId, schedule), Ct);
        return await db.Jobs.FirstAsync(j => j.Id == created.Id, Ct);
    }

    private async Task<Schedule> ScheduleAsync(string name)
    {
        var schedule = new Schedule { Name = name, School = Host.DefaultSchool, Target = "room:Lab", Commands = "sync:1", SavedBy = "admin", SavedAt = Time.GetUtcNow(), TimeZone = "UTC", State = new ScheduleState() };
        await using var db = await Databases.CreateDbContextAsync(Ct);
        db.Schedules.Add(schedule);
        await db.SaveChangesAsync(Ct);
        return schedule;
    }

    private async Task BootAsync(string name, Func<BootSamples, Core.Boot.BootRun> sample)
    {
        await using var db = await Databases.CreateDbContextAsync(Ct);
        var host = await db.Hosts.Include(h => h.Macs).FirstAsync(h => h.Name == name, Ct);
        db.BootRuns.Add(sample(new BootSamples(Time.GetUtcNow(), host.Id, name, "win", host.Macs[0].Mac.Value)));
        if (await db.HostStatuses.AsTracking().FirstOrDefaultAsync(s => s.HostId == host.Id, Ct) is { } status)
            (status.State, status.SeenAt) = (HostState.Booting, Time.GetUtcNow());
        else
            db.HostStatuses.Add(new HostStatus { HostId = host.Id, State = HostState.Booting, Since = Time.GetUtcNow(), SeenAt = Time.GetUtcNow() });
        await db.SaveChangesAsync(Ct);
    }

    private sealed class Broken : IAttentionSource
    {
        public Task<IReadOnlyList<AttentionItem>> ReadAsync(Person person, CancellationToken ct) => throw new InvalidOperationException("away");
    }
}
