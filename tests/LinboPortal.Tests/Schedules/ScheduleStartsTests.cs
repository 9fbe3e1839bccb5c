using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Core.Jobs;
using LinboPortal.Jobs;
using LinboPortal.Schedules;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LinboPortal.Tests.Schedules;

public sealed class ScheduleStartsTests(TestDatabase database) : ScheduleUseCases(database)
{
    [Fact]
    public async Task At_its_time_a_schedule_makes_its_job_once()
    {
        var id = await AddedAsync(Form());
        Clock("21:59");
        await Starts.LookAsync(Ct);
        Assert.Empty(await JobsAsync());

        using var events = Events.Subscribe();
        for (var minute = 0; minute < 5; minute++)
        {
            Clock($"22:0{minute}");
            await Starts.LookAsync(Ct);
        }

        var job = Assert.Single(await JobsAsync());
        Assert.Equal(
            ("room:r101", "sync:1,halt", "admin", "Nachts", JobPriority.Low, TimeSpan.FromMinutes(5), 3, id),
            (job.Target, job.Commands, job.CreatedBy, job.Note, job.Priority, job.Wake, job.Runs.Count, job.ScheduleId));
        var state = (await FindAsync(id)).Schedule.State;
        Assert.Equal((ScheduleResult.Started, new DateTimeOffset(2026, 11, 25, 21, 0, 0, TimeSpan.Zero)), (state.Result, state.LastDueAt));
        List<PortalEvent> told = [];
        while (events.Reader.TryRead(out var next))
            told.Add(next);
        Assert.Single(told.OfType<PortalEvent.JobCreated>());
        Assert.Equal(id, Assert.Single(told.OfType<PortalEvent.ScheduleChanged>()).ScheduleId);
    }

    [Fact]
    public async Task A_schedule_for_a_saved_search_follows_the_PCs_that_match_at_its_time_and_says_when_the_search_is_gone()
    {
        var searches = new LinboPortal.Hosts.SavedSearches(Databases, Time);
        var saved = Assert.IsType<LinboPortal.Hosts.SearchSaved.Done>(await searches.SaveAsync(Admin, "Night", "group=win11&search=pc01", isShared: false, Ct)).Search;
        var form = Form();
        form.Target = "saved:Night";
        var id = await AddedAsync(form);
        Assert.Equal(["Nachts"], await searches.SchedulesOfAsync(Admin, "night", Ct));
        await using (var db = await Databases.CreateDbContextAsync(Ct))
            await db.Hosts.Where(h => h.Name == "r101-pc02").ExecuteUpdateAsync(set => set.SetProperty(h => h.Comment, "was pc01"), Ct);
        Clock("22:00");
        await Starts.LookAsync(Ct);
        Assert.Equal(["r101-pc01", "r101-pc02"], Assert.Single(await JobsAsync()).Runs.OrderBy(r => r.Position).Select(r => r.Host));

        Assert.IsType<LinboPortal.Hosts.SearchSaved.Done>(await searches.DeleteAsync(Admin, saved.Id, Ct));
        Clock("22:00", day: 26);
        await Starts.LookAsync(Ct);
        Assert.Single(await JobsAsync());
        var state = (await FindAsync(id)).Schedule.State;
        Assert.Equal(ScheduleResult.Refused, state.Result);
        Assert.Contains("Night", state.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Eight_portals_that_look_at_the_same_moment_make_one_job()
    {
        await AddedAsync(Form());
        Clock("22:00");
        var portals = Enumerable.Range(0, 8).Select(_ => Build()).ToList();
        await Task.WhenAll(portals.Select(p => Task.Run(() => p.GetRequiredService<ScheduleStarts>().LookAsync(Ct), Ct)));
        foreach (var portal in portals)
            await portal.DisposeAsync();
        Assert.Single(await JobsAsync());
    }

    [Fact]
    public async Task Run_now_makes_its_job_for_whoever_wants_it_and_leaves_the_next_start_where_it_is()
    {
        var id = await AddedAsync(Form());
        var next = (await FindAsync(id)).Next;
        Assert.IsType<JobOutcome.Created>(await Runs.StartAsync(Admin with { UserName = "colleague" }, "Nachts", new JobConsent(false, BusyRule.After), Ct));
        var job = Assert.Single(await JobsAsync());
        Assert.Equal(("sync:1,halt", "colleague", id), (job.Commands, job.CreatedBy, job.ScheduleId));
        Assert.Equal(next, (await FindAsync(id)).Next);

        Assert.Null(await Runs.StartAsync(Admin, "Nie", new JobConsent(false, BusyRule.After), Ct));
        Assert.IsType<JobOutcome.Forbidden>(await Runs.StartAsync(new("o", Permission.Of(Role.Observer).ToHashSet(), Scope.Everything), "Nachts", new JobConsent(false, BusyRule.After), Ct));
        Clock("22:00");
        await Starts.LookAsync(Ct);
        Assert.Equal(2, (await JobsAsync()).Count);
    }

    [Fact]
    public async Task Each_day_has_its_own_job_and_the_weekend_none()
    {
        await AddedAsync(Form());
        foreach (var day in Enumerable.Range(25, 6)) // Wednesday to Monday
        {
            Clock("22:01", day);
            await Starts.LookAsync(Ct);
        }

        Assert.Equal([25, 26, 27, 30], (await JobsAsync()).Select(j => j.CreatedAt.Day));
    }

    [Fact]
    public async Task A_job_that_cannot_be_written_leaves_its_time_open()
    {
        var id = await AddedAsync(Form());
        Clock("22:00");
        await using (var db = await Databases.CreateDbContextAsync(Ct))
            await db.Database.ExecuteSqlAsync($"create function stop() returns trigger language plpgsql as 'begin raise exception ''disk full''; end'; create trigger stop before insert on jobs for each row execute function stop()", Ct);
        await Starts.LookAsync(Ct);
        Assert.Null((await FindAsync(id)).Schedule.State.LastDueAt);

        await using (var db = await Databases.CreateDbContextAsync(Ct))
            await db.Database.ExecuteSqlAsync($"drop trigger stop on jobs; drop function stop", Ct);
        Clock("22:01");
        await Starts.LookAsync(Ct);
        Assert.Single(await JobsAsync());
    }

    [Fact]
    public async Task A_schedule_that_is_switched_off_does_not_start()
    {
        var id = await AddedAsync(Form());
        Assert.IsType<ScheduleSaved.Done>(await Changes.SwitchAsync(Admin, id, isOn: false, confirmed: false, Ct));
        Clock("22:00");
        await Starts.LookAsync(Ct);
        Assert.Empty(await JobsAsync());
        Assert.Null((await FindAsync(id)).Next);
    }

    [Fact]
    public async Task A_schedule_that_is_changed_while_its_start_is_made_starts_with_what_was_saved_or_not_at_all()
    {
        var id = await AddedAsync(Form());
        Clock("22:00");
        var due = Assert.Single(await Reads.DueAsync(Ct));
        Assert.IsType<ScheduleSaved.Done>(await Changes.SwitchAsync(Admin, id, isOn: false, confirmed: false, Ct));
        await using var portal = Build();
        var results = portal.GetRequiredService<ScheduleResults>();
        await using var db = await Databases.CreateDbContextAsync(Ct);
        Assert.False(await results.ClaimAsync(db, due.Schedule, due.Due.HandledUntil!.Value, ScheduleResult.Started, "", Ct));
    }

    [Fact]
    public async Task On_holidays_it_does_not_start()
    {
        await AddedAsync(Form());
        await Holidays.AddAsync(Admin, Host.DefaultSchool, "Fasnet", new DateOnly(2026, 11, 25), new DateOnly(2026, 11, 26), Ct);
        foreach (var day in Enumerable.Range(25, 3))
        {
            Clock("22:01", day);
            await Starts.LookAsync(Ct);
        }

        Assert.Equal([27], (await JobsAsync()).Select(j => j.CreatedAt.Day));
    }

    [Fact]
    public async Task A_missed_start_is_left_out_and_said_unless_it_shall_be_caught_up()
    {
        var left = await AddedAsync(Form("Auslassen"));
        var form = Form("Nachholen");
        form.CatchUpMinutes = 240;
        var caught = await AddedAsync(form);
        Clock("23:30"); // the portal was down
        await Starts.LookAsync(Ct);
        Assert.Equal(caught, Assert.Single(await JobsAsync()).ScheduleId);
        Assert.Equal(ScheduleResult.Missed, (await FindAsync(left)).Schedule.State.Result);
        Assert.Equal(ScheduleResult.CaughtUp, (await FindAsync(caught)).Schedule.State.Result);
    }

    [Theory]
    [InlineData("deleted", ScheduleResult.AccountGone)]
    [InlineData("disabled", ScheduleResult.AccountGone)]
    [InlineData("renewed", ScheduleResult.AccountGone)]
    [InlineData("observer", ScheduleResult.NotAllowed)]
    [InlineData("teacher", ScheduleResult.NotAllowed)]
    public async Task Whoever_may_not_any_more_does_not_start_anything_by_a_schedule(string becomes, ScheduleResult expected)
    {
        var id = await AddedAsync(Form());
        await using (var db = await Databases.CreateDbContextAsync(Ct))
        {
            var account = await db.Users.AsTracking().SingleAsync(Ct);
            if (becomes is "deleted" or "renewed")
                db.Users.Remove(account);
            else if (becomes == "disabled")
                account.LockoutEnd = AccountStates.Never;
            else
                account.Role = Enum.Parse<Role>(becomes, ignoreCase: true);
            await db.SaveChangesAsync(Ct);
            if (becomes == "renewed") // somebody else who happens to get the name
            {
                db.Users.Add(new() { Id = Guid.CreateVersion7(), UserName = "admin", NormalizedUserName = "ADMIN", Role = Role.Administrator, SecurityStamp = "t" });
                await db.SaveChangesAsync(Ct);
            }
        }

        Clock("22:00");
        await Starts.LookAsync(Ct);
        await Starts.LookAsync(Ct);
        Assert.Empty(await JobsAsync());
        Assert.Equal(expected, (await FindAsync(id)).Schedule.State.Result);
    }

    [Fact]
    public async Task A_target_that_is_gone_is_said()
    {
        var form = Form();
        form.Target = "host:r101-pc01";
        var id = await AddedAsync(form);
        await using (var db = await Databases.CreateDbContextAsync(Ct))
            await db.Hosts.Where(h => h.Name == "r101-pc01").ExecuteUpdateAsync(s => s.SetProperty(h => h.Name, "elsewhere"), Ct);
        Clock("22:00");
        await Starts.LookAsync(Ct);
        var state = (await FindAsync(id)).Schedule.State;
        await using (var db = await Databases.CreateDbContextAsync(Ct))
            await db.Hosts.Where(h => h.Name == "elsewhere").ExecuteUpdateAsync(s => s.SetProperty(h => h.Name, "r101-pc01"), Ct);
        Assert.Equal(ScheduleResult.Refused, state.Result);
        Assert.Contains("r101-pc01", state.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ready_by_starts_as_early_as_the_last_runs_took()
    {
        var form = Form("Morgens", at: "07:45");
        (form.ReadyBy, form.Commands) = (true, "sync:1,start:1");
        var id = await AddedAsync(form);
        Assert.Equal("07:15", Local((await FindAsync(id)).Next!.StartAt)); // nothing is known: half an hour
        await using (var db = await Databases.CreateDbContextAsync(Ct))
        {
            var job = new Job { Target = "room:r101", Commands = "sync:1", State = JobState.Done, CreatedBy = "admin", CreatedAt = Time.GetUtcNow().AddDays(-1), ScheduleId = id, StartedAt = Time.GetUtcNow().AddDays(-1), EndedAt = Time.GetUtcNow() };
            foreach (var minutes in new[] { 30, 35, 40 })
                job.Runs.Add(new HostRun { Host = "x", RoomId = Guid.Empty, Position = minutes, State = RunState.Done, StartedAt = job.StartedAt, EndedAt = job.StartedAt!.Value.AddMinutes(minutes) });
            db.Add(job);
            await db.SaveChangesAsync(Ct);
        }

        var details = await FindAsync(id);
        Assert.Equal((40, 48), (details.Forecast!.Expected.TotalMinutes, details.Forecast.Lead.TotalMinutes));
        Assert.Equal("06:57", Local(details.Next!.StartAt));

        Clock("06:56", 26);
        await Starts.LookAsync(Ct);
        Assert.Single(await JobsAsync());
        Clock("06:57", 26);
        await Starts.LookAsync(Ct);
        Clock("07:50", 26);
        await Starts.LookAsync(Ct);
        Assert.Equal(2, (await JobsAsync()).Count);
    }

    [Fact]
    public async Task Waves_and_waking_are_those_of_the_schedule()
    {
        var form = Form();
        (form.Waves, form.BetweenSeconds, form.Broadcast) = ("1,1", 2, true);
        await AddedAsync(form);
        Clock("22:00");
        await Starts.LookAsync(Ct);
        var job = Assert.Single(await JobsAsync());
        Assert.Equal(("1,1", TimeSpan.FromSeconds(2), true), (job.Waves, job.Between, job.Broadcast));
        Assert.Equal([0, 1, 2], job.Runs.OrderBy(r => r.Position).Select(r => r.Wave));
    }

    [Fact]
    public async Task The_night_of_the_doubled_hour_makes_one_job()
    {
        Time.SetUtcNow(new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero));
        var form = Form(at: "02:30");
        form.Days = 0b1111111;
        await AddedAsync(form);
        var night = new DateTimeOffset(2027, 10, 31, 0, 0, 0, TimeSpan.Zero);
        await using (var db = await Databases.CreateDbContextAsync(Ct))
            await db.ScheduleStates.ExecuteUpdateAsync(s => s.SetProperty(x => x.LastDueAt, night.AddHours(-2)), Ct);
        for (var minute = 0; minute < 180; minute += 5)
        {
            Time.SetUtcNow(night.AddMinutes(minute));
            await Starts.LookAsync(Ct);
        }

        Assert.Equal([night.AddMinutes(30)], (await JobsAsync()).Select(j => j.CreatedAt));
    }

    private static string Local(DateTimeOffset at) => at.ToOffset(TimeSpan.FromHours(1)).ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture);
}
