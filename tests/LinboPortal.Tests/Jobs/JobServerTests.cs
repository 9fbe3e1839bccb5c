using System.Net;
using System.Net.Http.Json;
using Hangfire;
using Hangfire.Storage;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Core.Groups;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Jobs;
using LinboPortal.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LinboPortal.Tests.Jobs;

/// <summary>The portal with Hangfire.</summary>
public sealed class JobServerTests(PortalFactory portal) : IClassFixture<PortalFactory>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hangfire_runs_jobs_starts_what_is_due_and_shows_itself_to_administrators_alone()
    {
        portal.With("Jobs:Run", "true").With("Remote:Ssh:Port", "1");
        var admin = await portal.CreateClientFor(Role.Administrator);
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/hangfire", Ct)).StatusCode);
        foreach (var role in new[] { Role.Teacher, Role.Observer })
            foreach (var path in new[] { "/hangfire", "/hangfire/jobs/enqueued", "/hangfire/recurring" })
                Assert.Equal(HttpStatusCode.Forbidden, (await (await portal.CreateClientFor(role)).GetAsync(path, Ct)).StatusCode);
        Assert.NotEqual(HttpStatusCode.OK, (await portal.CreateClient(new() { AllowAutoRedirect = false }).GetAsync("/hangfire", Ct)).StatusCode);
        await AddPcAsync();
        using var events = portal.Services.GetRequiredService<PortalEvents>().Subscribe();

        var made = await portal.Services.GetRequiredService<JobDispatcher>().DispatchAsync(Person.Portal, new JobRequest { Target = "all", Commands = "label" }, Ct);
        var ended = await CompletedAsync(events);
        Assert.Equal((Assert.IsType<JobOutcome.Created>(made).Number, 1), (ended.Number, ended.Counts.Failed));

        // The start that was due four minutes ago is made by Hangfire's look, which comes each minute; here its time is now.
        var due = await DueScheduleAsync(admin);
        var storage = portal.Services.GetRequiredService<JobStorage>();
        using (var connection = storage.GetConnection())
            Assert.Equal(Cron.Minutely(), Assert.Single(connection.GetRecurringJobs(), j => j.Id == "schedules").Cron);
        new RecurringJobManager(storage).TriggerJob("schedules");
        var started = await CompletedAsync(events);
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        Assert.Equal(due, await db.Jobs.Where(j => j.Number == started.Number).Select(j => j.ScheduleId).SingleAsync(Ct));
    }

    private async Task AddPcAsync()
    {
        var room = new Room { School = Host.DefaultSchool, Name = "r1" };
        var group = new HostGroup { School = Host.DefaultSchool, Name = "g1" };
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        db.AddRange(room, group, new Host { School = Host.DefaultSchool, Name = "pc1", RoomId = room.Id, GroupId = group.Id, Address = IPAddress.Loopback });
        await db.SaveChangesAsync(Ct);
    }

    private async Task<Guid> DueScheduleAsync(HttpClient admin)
    {
        var at = TimeProvider.System.GetUtcNow().AddMinutes(-4);
        using var made = await admin.PostAsJsonAsync("/api/v1/schedules", new { name = "Nachts", target = "all", commands = "label", at = $"{at:HH:mm}", timeZone = "UTC", days = Enum.GetNames<DayOfWeek>(), skipHolidays = false }, Ct);
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync(Ct));
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        // As if it had been made yesterday.
        var yesterday = at.AddDays(-1);
        await db.Schedules.ExecuteUpdateAsync(s => s.SetProperty(x => x.SavedAt, yesterday), Ct);
        await db.ScheduleStates.ExecuteUpdateAsync(s => s.SetProperty(x => x.LastDueAt, yesterday), Ct);
        return await db.Schedules.Select(s => s.Id).SingleAsync(Ct);
    }

    private static async Task<PortalEvent.JobCompleted> CompletedAsync(PortalEvents.Subscription events)
    {
        while (true)
            if (await Wait.ForAsync("a job is completed", events.Reader.ReadAsync(Ct).AsTask()) is PortalEvent.JobCompleted completed)
                return completed;
    }
}
