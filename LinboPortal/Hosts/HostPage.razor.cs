using LinboPortal.Boot;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Events;
using LinboPortal.Jobs;
using LinboPortal.Shell;
using Microsoft.AspNetCore.Components;

namespace LinboPortal.Hosts;

/// <summary>A PC: what it is, what it does, how it boots.</summary>
public sealed partial class HostPage : LivePage
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private HostView? host;
    private IReadOnlyList<BootTimeline> boots = [];
    private bool loaded;
    private PcWork? work;
    private string tab = "boots";
    private ITimer? clock;

    /// <summary>The PC's name.</summary>
    [Parameter]
    public string Name { get; set; } = "";

    /// <summary>Key of the boot to show; the newest where it is missing.</summary>
    [SupplyParameterFromQuery(Name = "boot")]
    public string? BootId { get; set; }

    /// <summary><c>jobs</c>, <c>logs</c>, <c>hardware</c>; the boots where it is missing.</summary>
    [SupplyParameterFromQuery(Name = "tab")]
    public string? Tab { get; set; }

    /// <summary>Key of the run whose log is shown; the newest where it is missing.</summary>
    [SupplyParameterFromQuery(Name = "run")]
    public string? RunId { get; set; }

    [Inject]
    internal PcWorks Works { get; set; } = null!;

    [CascadingParameter]
    internal Person Person { get; set; } = null!;

    /// <inheritdoc/>
    protected override TimeSpan Pause => TimeSpan.FromMilliseconds(400);

    private BootTimeline Shown => boots.FirstOrDefault(b => b.Id == AddressValue.Key(BootId)) ?? boots[0];

    private IReadOnlyList<BootTimeline> Compared => [.. boots.Take(BootHistory.Compared)];

    /// <summary>What the person may see of the PC; logs and hardware are for those who look after it.</summary>
    private IReadOnlyList<(string Key, string Word)> Tabs =>
    [
        ("boots", Text["Boots"]), .. Person.May(Permission.JobsRead) ? new[] { ("jobs", Jobs["Jobs"].Value) } : [],
        .. Person.May(Permission.BootRead) ? new[] { ("logs", Text["Logs"].Value), ("hardware", Text["Hardware"].Value) } : [],
    ];

    private double? Progress => boots is [{ Verdict: BootVerdict.Running } running, ..] ? BootStages.Share(running.Stage) : null;

    /// <inheritdoc/>
    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        host = await Sight.FindAsync(Name, Person, cancellationToken);
        boots = host is null ? [] : await History.LastAsync(host.Id, AddressValue.Key(BootId), Person, cancellationToken);
        work = host is null ? null : (await Works.OfRoomAsync(Person, host.RoomId, cancellationToken)).GetValueOrDefault(host.Id);
        tab = Tabs.Any(t => t.Key == Tab) ? Tab! : "boots";
        loaded = true;
        // While a PC boots, time itself moves the picture.
        if (boots is [{ Verdict: BootVerdict.Running }, ..])
            clock ??= Time.CreateTimer(_ => Tick(), null, Second, Second);
        else
            StopClock();
    }

    /// <inheritdoc/>
    protected override bool Concerns(PortalEvent portalEvent) => portalEvent switch
    {
        PortalEvent.HostStateChanged e => e.HostId == host?.Id,
        PortalEvent.HostUpdated e => e.HostId == host?.Id,
        PortalEvent.HostDeleted e => e.HostId == host?.Id,
        PortalEvent.HostCreated e => host is null && e.Host.Equals(Name, StringComparison.OrdinalIgnoreCase),
        PortalEvent.BootStepServed e => e.HostId == host?.Id && host is not null,
        PortalEvent.HostProgressed e => e.HostId == host?.Id && host is not null && Person.May(Permission.JobsRead),
        PortalEvent.HostsImported or PortalEvent.GroupUpdated => true,
        _ => false,
    };

    /// <summary>Progress of a job is in the event itself; everything else is read.</summary>
    protected override async Task ApplyAsync(IReadOnlyList<PortalEvent> events, CancellationToken cancellationToken)
    {
        if (events.Count > 0 && events.All(e => e is PortalEvent.HostProgressed))
            work = PcWork.Of((PortalEvent.HostProgressed)events[^1], Time.GetUtcNow());
        else
            await LoadAsync(cancellationToken);
    }

    private string TabAddress(string key) => $"/hosts/{Uri.EscapeDataString(host!.Name)}" + (key == "boots" ? "" : $"?tab={key}");

    /// <inheritdoc/>
    protected override void Leave() => StopClock();

    private void StopClock()
    {
        clock?.Dispose();
        clock = null;
    }

    private void Tick() => _ = InvokeAsync(async () =>
    {
        if (Leaving.IsCancellationRequested || clock is null)
            return;
        await RefreshAsync();
    });
}
