using LinboPortal.Boot;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Events;
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
    private ITimer? clock;

    /// <summary>The PC's name.</summary>
    [Parameter]
    public string Name { get; set; } = "";

    /// <summary>Key of the boot to show; the newest where it is missing.</summary>
    [SupplyParameterFromQuery(Name = "boot")]
    public Guid? BootId { get; set; }

    [CascadingParameter]
    internal Person Person { get; set; } = null!;

    /// <inheritdoc/>
    protected override TimeSpan Pause => TimeSpan.FromMilliseconds(400);

    private BootTimeline Shown => boots.FirstOrDefault(b => b.Id == BootId) ?? boots[0];

    private IReadOnlyList<BootTimeline> Compared => [.. boots.Take(BootHistory.Compared)];

    private double? Progress => boots is [{ Verdict: BootVerdict.Running } running, ..] ? BootStages.Share(running.Stage) : null;

    /// <inheritdoc/>
    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        host = await Sight.FindAsync(Name, Person, cancellationToken);
        boots = host is null ? [] : await History.LastAsync(host.Id, BootId, Person, cancellationToken);
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
        PortalEvent.HostsImported or PortalEvent.GroupUpdated => true,
        _ => false,
    };

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
