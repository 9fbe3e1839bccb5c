using System.Net;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Core.Groups;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Jobs;
using LinboPortal.Infrastructure.Persistence;
using LinboPortal.Infrastructure.Remote;
using LinboPortal.Jobs;
using LinboPortal.Jobs.Running;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace LinboPortal.Tests.Jobs;

/// <summary>The use cases of jobs on a database of their own, with a school: room Lab of group win, room attic of group bare.</summary>
public abstract class JobUseCases(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private const string StartConf = "[LINBO]\nGroup = win\n[Partition]\nDev = /dev/sda1\n[OS]\nName = Windows\nBaseImage = win.qcow2\n[OS]\nName = Ubuntu\nBaseImage = ubuntu.qcow2\n";

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    private protected static Person Admin { get; } = new("admin", Permission.Of(Role.Administrator).ToHashSet(), Scope.Everything);

    protected IDbContextFactory<PortalDb> Databases => database.Databases;

    protected PortalEvents Events { get; } = new();

    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 25, 8, 0, 0, TimeSpan.Zero));

    protected Room Lab { get; } = new() { School = Host.DefaultSchool, Name = "Lab" };

    protected Room Attic { get; } = new() { School = Host.DefaultSchool, Name = "attic" };

    private protected RunCancellations Cancellations { get; } = new();

    private protected JobQueue Queue { get; } = new();

    private protected JobDispatcher Dispatcher => new(Databases, Queue, Events, Time);

    private protected JobEnding Ending => new(Databases, Events, Time);

    private protected JobChanges Changes => new(Databases, Dispatcher, Ending, Cancellations, Waiting, Time);

    /// <summary>What waits for boots, of PCs that have no files and never answer; rigs that run jobs have their own.</summary>
    private protected virtual OnBootRuns Waiting => new(Databases, new OnBootWatch(NoTools, Microsoft.Extensions.Options.Options.Create(new JobsOptions()), Time), Ending, Events);

    private protected static RunTools NoTools { get; } = new()
    {
        Client = new FakeLinbo(),
        LookAsync = (_, _) => Task.FromResult(HostState.Off),
        WakeAsync = (_, _, _) => Task.FromResult(""),
        WriteOnBootAsync = (_, _, _) => Task.CompletedTask,
        RemoveOnBoot = _ => false,
        IsOnBootThere = _ => false,
        RenameOnBoot = (_, _) => false,
        FetchedAtAsync = (_, _, _, _) => Task.FromResult<DateTimeOffset?>(null),
        AskLinboAsync = (_, _) => Task.FromResult<(bool IsBusy, string Log)?>(null),
        HandedLogAsync = (_, _, _) => Task.FromResult<string?>(null),
        TellSystemAsync = (_, _, _) => Task.FromResult((SystemAnswer.Unreachable, "")),
        HasUploadAsync = (_, _, _, _) => Task.FromResult(false),
        Downloads = () => new Dictionary<IPAddress, ServedBytes>(),
        Secret = () => "",
    };

    private protected JobList List => new(Databases);

    private protected JobSight Sight => new(Databases, List);

    private protected Person Teacher => new("teacher", Permission.Of(Role.Teacher).ToHashSet(), new Scope.Rooms(new HashSet<Guid> { Lab.Id }));

    public virtual async ValueTask InitializeAsync()
    {
        await using var db = await Databases.CreateDbContextAsync(CancellationToken.None);
        var win = new HostGroup { School = Host.DefaultSchool, Name = "win", StartConf = StartConf, Revision = 1 };
        var bare = new HostGroup { School = Host.DefaultSchool, Name = "bare" };
        db.AddRange(Lab, Attic, win, bare);
        db.AddRange(Pc("lab-pc1", Lab, win, 1), Pc("lab-pc2", Lab, win, 2), Pc("lab-pc10", Lab, win, 10), Pc("lab-printer", Lab, null, 20, "0"), Pc("attic-pc1", Attic, bare, 30));
        await db.SaveChangesAsync(CancellationToken.None);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await using var db = await Databases.CreateDbContextAsync(CancellationToken.None);
        await db.Jobs.ExecuteDeleteAsync(CancellationToken.None);
        await db.Hosts.ExecuteDeleteAsync(CancellationToken.None);
        await db.Rooms.ExecuteDeleteAsync(CancellationToken.None);
        await db.Groups.ExecuteDeleteAsync(CancellationToken.None);
        await db.AuditEntries.ExecuteDeleteAsync(CancellationToken.None);
        GC.SuppressFinalize(this);
    }

    private protected async Task<JobOutcome.Created> CreatedAsync(string target, string commands, bool confirmed = false) =>
        Assert.IsType<JobOutcome.Created>(await Dispatcher.DispatchAsync(Admin, new JobRequest { Target = target, Commands = commands, Confirmed = confirmed }, Ct));

    protected static List<PortalEvent> Read(PortalEvents.Subscription subscription)
    {
        List<PortalEvent> events = [];
        while (subscription.Reader.TryRead(out var next))
            events.Add(next);
        return events;
    }

    protected async Task<List<HostRun>> RunsAsync(Guid job)
    {
        await using var db = await Databases.CreateDbContextAsync(Ct);
        return await db.HostRuns.Where(r => r.JobId == job).OrderBy(r => r.Position).ToListAsync(Ct);
    }

    private static Host Pc(string name, Room room, HostGroup? group, int number, string pxeFlag = "1")
    {
        var host = new Host
        {
            School = Host.DefaultSchool,
            Name = name,
            RoomId = room.Id,
            GroupId = group?.Id,
            PxeFlag = pxeFlag,
            Address = new IPAddress([10, 0, 0, (byte)number]),
            Comment = number == 2 ? "hinten links" : "",
        };
        host.Macs.Add(new HostMac { Mac = new MacAddress(0x525400000000 + (ulong)number) });
        return host;
    }
}
