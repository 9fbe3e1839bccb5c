using LinboPortal.Core.Accounts;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Events;
using LinboPortal.Core.Hosts;
using LinboPortal.Jobs;
using LinboPortal.Shell;
using Microsoft.AspNetCore.Components;

namespace LinboPortal.Hosts;

/// <summary>A room: its PCs as tiles, each redrawn alone when it changes.</summary>
public sealed partial class RoomPage : LivePage
{
    private RoomGlance? room;
    private List<PcGlance> pcs = [];
    private readonly Dictionary<Guid, BootStage> stages = [];
    private IReadOnlyDictionary<Guid, PcWork> works = new Dictionary<Guid, PcWork>();
    private bool loaded;
    private string? refused;

    /// <summary>Key of the room.</summary>
    [Parameter]
    public Guid Id { get; set; }

    /// <summary>Only PCs in this state.</summary>
    [SupplyParameterFromQuery(Name = "state")]
    public string? StateInAddress { get; set; }

    [CascadingParameter]
    internal Person Person { get; set; } = null!;

    private string Page => $"/rooms/{Id}";

    private bool MayEdit => Person.May(Permission.HostsEdit);

    private IReadOnlyDictionary<HostState, int> Counts => RoomSight.Count(pcs);

    private List<PcGlance> Shown => Enum.TryParse<HostState>(StateInAddress, out var state) ? pcs.FindAll(p => p.Shown == state) : pcs;

    private string Summary
    {
        get
        {
            var (all, devices) = (pcs.Count(p => p.IsPc), pcs.Count(p => !p.IsPc));
            var counted = Text["RoomSummary", all, pcs.Count(p => p.Shown.IsOn)].Value;
            if (devices > 0)
                counted += " · " + (devices == 1 ? Text["OneDevice"] : Text["SomeDevices", devices]).Value;
            return room!.Description.Length > 0 ? $"{room.Description} · {counted}" : counted;
        }
    }

    private IReadOnlyList<FilterChip> Chips
    {
        get
        {
            var counts = Counts;
            return [new(null, Shell["AllFilter"], pcs.Count), .. StateBar.Order.Where(s => counts.GetValueOrDefault(s) > 0 || s.ToString() == StateInAddress)
                .Select(s => new FilterChip(s.ToString(), Shell[$"State.{s}"], counts.GetValueOrDefault(s), s)),
                .. counts.TryGetValue(HostState.Device, out var devices) ? new[] { new FilterChip(nameof(HostState.Device), Shell["State.Devices"], devices, HostState.Device) } : []];
        }
    }

    /// <inheritdoc/>
    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        var found = await Sight.RoomAsync(Id, Person, cancellationToken);
        room = found?.Room;
        pcs = [.. found?.Pcs ?? []];
        works = room is null ? works : await Works.OfRoomAsync(Person, Id, cancellationToken);
        await LoadTargetAsync(cancellationToken);
        foreach (var pc in pcs.Where(p => p.Stage > stages.GetValueOrDefault(p.Id)))
            stages[pc.Id] = pc.Stage!.Value;
        pcs = [.. pcs.Select(pc => WithStage(pc with { Work = works.GetValueOrDefault(pc.Id) }))];
        loaded = true;
    }

    /// <inheritdoc/>
    protected override bool Concerns(PortalEvent portalEvent) => portalEvent switch
    {
        PortalEvent.HostStateChanged e => e.RoomId == Id,
        PortalEvent.BootStepServed e => e.RoomId == Id,
        PortalEvent.HostCreated e => e.RoomId == Id,
        // A PC may have moved to another room.
        PortalEvent.HostUpdated e => e.RoomId == Id || pcs.Exists(p => p.Id == e.HostId),
        PortalEvent.HostDeleted e => e.RoomId == Id,
        PortalEvent.HostsImported => true,
        PortalEvent.HostProgressed e => e.RoomId == Id && Person.May(Permission.JobsRead),
        PortalEvent.JobCreated e => e.RoomIds.Contains(Id) && Person.May(Permission.JobsRead),
        _ => false,
    };

    /// <inheritdoc/>
    protected override async Task ApplyAsync(IReadOnlyList<PortalEvent> events, CancellationToken cancellationToken)
    {
        foreach (var e in events.OfType<PortalEvent.BootStepServed>().Where(e => e is { HostId: not null, Outcome: BootStepOutcome.Served }))
            stages[e.HostId!.Value] = BootStages.After(e.Kind, e.Path, null, stages.GetValueOrDefault(e.HostId.Value));
        if (events.Any(e => e is not (PortalEvent.HostStateChanged { BootFailed: false } or PortalEvent.BootStepServed or PortalEvent.HostProgressed) || IsOfBoot(e)))
        {
            await LoadAsync(cancellationToken);
            return;
        }

        if (events.Any(e => e is PortalEvent.HostProgressed { Reason: Core.Jobs.RunReason.HostKeyChanged }))
            keyNews++;
        // Without a query: what the events say is what the tiles show.
        var states = events.OfType<PortalEvent.HostStateChanged>().GroupBy(e => e.HostId).ToDictionary(g => g.Key, g => g.Last());
        foreach (var id in states.Where(s => s.Value.State != HostState.Booting).Select(s => s.Key))
            stages.Remove(id);
        var progress = events.OfType<PortalEvent.HostProgressed>().Where(e => e.HostId is not null).GroupBy(e => e.HostId!.Value).ToDictionary(g => g.Key, g => PcWork.Of(g.Last(), Time.GetUtcNow()));
        for (var i = 0; i < pcs.Count; i++)
        {
            var pc = states.TryGetValue(pcs[i].Id, out var change) ? pcs[i] with { State = change.State, Since = change.Since, BootFailure = change.State is HostState.Linbo or HostState.Linux or HostState.Windows ? null : pcs[i].BootFailure } : pcs[i];
            pcs[i] = WithStage(progress.TryGetValue(pc.Id, out var work) ? pc with { Work = work with { Awaiting = pc.Work?.Awaiting } } : pc);
        }
    }

    /// <summary>What waits for a boot stands beside what a job does now: it is read, not told.</summary>
    private bool IsOfBoot(PortalEvent portalEvent) => portalEvent is PortalEvent.HostProgressed told
        && (Core.Jobs.RunStates.OfBoot.Contains(told.State) || pcs.Exists(p => p.Work?.Awaiting?.RunId == told.RunId));

    private async Task EditAsync()
    {
        if (await RoomDialog.ShowAsync(Dialogs, Person, room) is not null)
            await LoadAsync(Leaving);
    }

    private async Task DeleteAsync()
    {
        if (!await Dialogs.ConfirmAsync(new ConfirmQuestion(Text["DeleteQuestion", room!.Name], Text["Delete"])))
            return;
        var deleted = await Changes.DeleteAsync(Person, Id, Leaving);
        if (deleted.Outcome is RoomOutcome.Done or RoomOutcome.Gone)
            Navigation.NavigateTo("/rooms");
        else
            refused = Text[$"Refused.{deleted.Outcome}"];
    }

    private PcGlance WithStage(PcGlance pc)
    {
        BootStage? stage = pc.State == HostState.Booting && stages.TryGetValue(pc.Id, out var reached) ? reached : null;
        return pc.Stage == stage ? pc : pc with { Stage = stage };
    }
}
