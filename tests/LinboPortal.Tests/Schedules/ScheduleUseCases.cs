using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Core.Groups;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Jobs;
using LinboPortal.Core.StartConf;
using LinboPortal.Infrastructure.Accounts;
using LinboPortal.Infrastructure.Persistence;
using LinboPortal.Jobs;
using LinboPortal.Schedules;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LinboPortal.Tests.Schedules;

/// <summary>Schedules on a database of their own, with three PCs in room r101, and a clock that the test holds.</summary>
public abstract class ScheduleUseCases : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly TestDatabase database;
    private ServiceProvider services = null!;

    protected ScheduleUseCases(TestDatabase database) => this.database = database;

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    private protected static Person Admin { get; } = new("admin", Permission.Of(Role.Administrator).ToHashSet(), Scope.Everything);

    protected IDbContextFactory<PortalDb> Databases => database.Databases;

    /// <summary>Wednesday, 25 November 2026, 13:00 in Berlin.</summary>
    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));

    private protected ScheduleChanges Changes => services.GetRequiredService<ScheduleChanges>();

    private protected ScheduleReads Reads => services.GetRequiredService<ScheduleReads>();

    private protected HolidayChanges Holidays => services.GetRequiredService<HolidayChanges>();

    private protected ScheduleNotices Notices => services.GetRequiredService<ScheduleNotices>();

    /// <summary>A look at all schedules, as any portal does it each minute.</summary>
    private protected ScheduleStarts Starts => services.GetRequiredService<ScheduleStarts>();

    private protected ScheduleRuns Runs => services.GetRequiredService<ScheduleRuns>();

    private protected PortalEvents Events => services.GetRequiredService<PortalEvents>();

    public virtual async ValueTask InitializeAsync()
    {
        services = Build();
        await using var db = await Databases.CreateDbContextAsync(Ct);
        // Each test begins anew, on the database of its class.
        await db.Schedules.ExecuteDeleteAsync(Ct);
        await db.Jobs.ExecuteDeleteAsync(Ct);
        await db.Holidays.ExecuteDeleteAsync(Ct);
        await db.AuditEntries.ExecuteDeleteAsync(Ct);
        await db.Users.ExecuteDeleteAsync(Ct);
        db.Users.Add(new Account { Id = Guid.CreateVersion7(), UserName = "admin", NormalizedUserName = "ADMIN", Role = Role.Administrator, SecurityStamp = "s" });
        if (!await db.Hosts.AnyAsync(Ct))
        {
            var group = new HostGroup { School = Host.DefaultSchool, Name = "win11", StartConf = new StartConfTemplate(true, true, true).Render("win11"), Revision = 1 };
            var room = new Room { School = Host.DefaultSchool, Name = "r101" };
            db.AddRange(group, room);
            for (var i = 1; i <= 3; i++)
                db.Hosts.Add(NewHost($"r101-pc0{i}", room, group));
        }

        await db.SaveChangesAsync(Ct);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Another portal on the same database.</summary>
    private protected ServiceProvider Build(Action<NotificationsOptions>? configure = null)
    {
        var all = new ServiceCollection().AddLogging().AddLocalization().AddSingleton<TimeProvider>(Time).AddSingleton<PortalEvents>().AddSingleton(Databases);
        SchedulesFeature.AddWebHookClient(all);
        all.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(Settings).Build());
        all.AddSingleton<JobQueue>().AddSingleton<JobDispatcher>();
        all.AddOptions<SchedulesOptions>();
        all.AddOptions<LinboPortal.Jobs.Running.JobsOptions>();
        all.AddOptions<NotificationsOptions>().Configure(Configure).Configure(configure ?? (_ => { }));
        all.AddSingleton<ForecastReads>().AddSingleton<ScheduleReads>().AddSingleton<ScheduleChanges>().AddSingleton<ScheduleOverlaps>().AddSingleton<HolidayReads>().AddSingleton<HolidayChanges>();
        all.AddSingleton<SchedulePeople>().AddSingleton<ScheduleResults>().AddSingleton<ScheduleStarts>().AddSingleton<ScheduleRuns>().AddSingleton<ScheduleNotices>();
        all.AddSingleton<INoticeSender, MailNotices>().AddSingleton<INoticeSender, WebHookNotices>();
        return all.BuildServiceProvider();
    }

    /// <summary>Settings that are read as they stand in the configuration.</summary>
    protected Dictionary<string, string?> Settings { get; } = [];

    private protected virtual void Configure(NotificationsOptions options)
    {
    }

    private protected static ScheduleForm Form(string name = "Nachts", string at = "22:00") =>
        new() { Name = name, Target = "room:r101", Commands = "sync:1,halt", WakeSeconds = 300, At = at };

    private protected async Task<Guid> AddedAsync(ScheduleForm form) => Assert.IsType<ScheduleSaved.Done>(await Changes.AddAsync(Admin, form, confirmed: false, Ct)).Id;

    private protected async Task<ScheduleDetails> FindAsync(Guid id) => (await Reads.FindAsync(Admin, id.ToString(), Ct))!;

    protected async Task<List<Job>> JobsAsync()
    {
        await using var db = await Databases.CreateDbContextAsync(Ct);
        return await db.Jobs.Include(j => j.Runs).OrderBy(j => j.Number).ToListAsync(Ct);
    }

    /// <summary>Puts the clock to a time of the day 25 November 2026 in Berlin, or of a later one.</summary>
    protected void Clock(string time, int day = 25) => Time.SetUtcNow(new DateTimeOffset(DateTime.Parse($"2026-11-{day} {time}", System.Globalization.CultureInfo.InvariantCulture), TimeSpan.FromHours(1)).ToUniversalTime());

    private static Host NewHost(string name, Room room, HostGroup group) =>
        new() { School = Host.DefaultSchool, Name = name, RoomId = room.Id, GroupId = group.Id, PxeFlag = "1", Role = HostRoles.StudentComputer, Address = System.Net.IPAddress.Parse("10.0.0." + name[^1]) };
}
