using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Hosts;
using LinboPortal.Infrastructure.Persistence;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace LinboPortal.Tests.Hosts;

/// <summary>The use cases of hosts on a database of their own.</summary>
public abstract class HostUseCases(TestDatabase database) : IClassFixture<TestDatabase>
{
    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    private protected static Person Admin { get; } = new("admin", Permission.Of(Role.Administrator).ToHashSet(), Scope.Everything);

    protected IDbContextFactory<PortalDb> Databases => database.Databases;

    protected PortalEvents Events { get; } = new();

    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 25, 8, 0, 0, TimeSpan.Zero));

    private protected HostList List => new(Databases);

    private protected HostChanges Changes => new(Databases, Events, Time);

    private protected HostBulk Bulk => new(Databases, Events, Time);

    private protected static Person Teacher(params Guid[] rooms) =>
        new("teacher", Permission.Of(Role.Teacher).ToHashSet(), new Scope.Rooms(rooms.ToHashSet()));

    private protected static HostForm Form(string name, string mac, string address = "DHCP", string room = "r101", string group = "lab1") =>
        new() { Name = name, Mac = mac, Address = address, Room = room, Group = group };

    private protected async Task<HostDetails> AddedAsync(HostForm form) =>
        Assert.IsType<HostSaved.Done>(await Changes.AddAsync(Admin, form, Ct)).Host;

    protected static List<PortalEvent> Read(PortalEvents.Subscription subscription)
    {
        List<PortalEvent> events = [];
        while (subscription.Reader.TryRead(out var next))
            events.Add(next);
        return events;
    }
}
