using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Core.Hosts;
using LinboPortal.Hosts;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Monitoring;
using LinboPortal.Shell;
using Microsoft.AspNetCore.Components;

namespace LinboPortal.Dashboard;

/// <summary>What needs a person, what the PCs do, how the portal is.</summary>
public sealed partial class DashboardPage : LivePage
{
    private static readonly TimeSpan SlowPace = TimeSpan.FromSeconds(15);

    private IReadOnlyList<RoomGlance>? rooms;
    private IReadOnlyList<BootingPc> booting = [];
    private Standing? standing;
    private IReadOnlyList<AttentionItem> attention = [];
    private IReadOnlyList<ServiceReport> services = [];
    private IReadOnlyList<DiskGlance> disks = [];
    private ITimer? clock;

    [Inject]
    internal AttentionQueries Queries { get; set; } = null!;

    [CascadingParameter]
    internal Person Person { get; set; } = null!;

    /// <inheritdoc/>
    protected override TimeSpan Pause => TimeSpan.FromSeconds(1);

    private IReadOnlyDictionary<HostState, int> Counts =>
        rooms!.SelectMany(r => r.Counts).GroupBy(c => c.Key).ToDictionary(g => g.Key, g => g.Sum(c => c.Value));

    private int BootingCount => Counts.GetValueOrDefault(HostState.Booting);

    private int Total => rooms!.Sum(r => r.Total);

    private bool HasKernel => !services.Any(s => s.Missing.Any(m => LinboFilesHealth.Needed.Contains(m)));

    private string Summary => rooms is null ? " " : (Total, BootingCount) switch
    {
        (0, _) => Text["SummaryEmpty"],
        (_, 0) => Text["Summary", Sizes.Count(Total), Sizes.Count(rooms.Sum(r => r.On))],
        _ => Text["SummaryBooting", Sizes.Count(Total), Sizes.Count(rooms.Sum(r => r.On)), Sizes.Count(BootingCount)],
    };

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        base.OnInitialized();
        // Who has a room or two wants to see them, not a school.
        if (Person.Scope is Scope.Rooms(var mine))
            Navigation.NavigateTo(mine.Count == 1 ? $"/rooms/{mine.First()}" : "/rooms", replace: true);
        clock = Time.CreateTimer(_ => _ = InvokeAsync(RefreshAllAsync), null, SlowPace, SlowPace);
    }

    /// <inheritdoc/>
    protected override void Leave() => clock?.Dispose();

    /// <inheritdoc/>
    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        await LoadSlowAsync(cancellationToken);
        await LoadFastAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override bool Concerns(PortalEvent portalEvent) => true;

    /// <inheritdoc/>
    protected override async Task ApplyAsync(IReadOnlyList<PortalEvent> events, CancellationToken cancellationToken)
    {
        if (events.Count == 0 || events.Any(e => e is not (PortalEvent.HostStateChanged { BootFailed: false } or PortalEvent.BootStepServed or PortalEvent.HostProgressed or PortalEvent.JobProgress)))
            await LoadSlowAsync(cancellationToken);
        await LoadFastAsync(cancellationToken);
    }

    private async Task SeenAsync(AttentionItem item)
    {
        await Queries.PutAsideAsync(Person, item.Key, CancellationToken.None);
        attention = await Queries.ReadAsync(Person, Leaving);
    }

    private Task RefreshAllAsync() => Leaving.IsCancellationRequested ? Task.CompletedTask : RefreshAsync();

    private async Task LoadFastAsync(CancellationToken ct)
    {
        booting = await Sight.BootingAsync(Person, ct);
        rooms = await Sight.RoomsAsync(Person, ct);
    }

    private async Task LoadSlowAsync(CancellationToken ct)
    {
        services = await Portal.ServicesAsync(ct);
        disks = Portal.Disks();
        standing = await Sight.StandingAsync(Person, ct);
        attention = await Queries.ReadAsync(Person, ct);
    }
}
