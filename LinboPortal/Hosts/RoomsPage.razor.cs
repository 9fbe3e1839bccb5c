using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Core.Hosts;
using LinboPortal.Shell;
using Microsoft.AspNetCore.Components;

namespace LinboPortal.Hosts;

/// <summary>All rooms of a school, or those of a teacher.</summary>
public sealed partial class RoomsPage : LivePage
{
    private const int Few = 6;

    private IReadOnlyList<RoomGlance>? rooms;
    private string? search;

    /// <summary>Part of the rooms' names.</summary>
    [SupplyParameterFromQuery(Name = "search")]
    public string? SearchInAddress { get; set; }

    /// <summary><c>use</c>, <c>booting</c> or <c>off</c>.</summary>
    [SupplyParameterFromQuery(Name = "show")]
    public string? Filter { get; set; }

    [CascadingParameter]
    internal Person Person { get; set; } = null!;

    /// <inheritdoc/>
    protected override TimeSpan Pause => TimeSpan.FromSeconds(1);

    private string Title => Text[Person.Scope is Scope.Rooms ? "MyRooms" : "Rooms"];

    private string Search => search ?? SearchInAddress ?? "";

    private bool MayEdit => Person.May(Permission.HostsEdit);

    private string Summary => rooms is null or [] ? " " : Text[
        rooms.Count == 1 ? "SummaryOne" : "Summary", Sizes.Count(rooms.Count), Sizes.Count(rooms.Sum(r => r.Total)), Sizes.Count(rooms.Sum(r => r.On))];

    private IReadOnlyList<FilterChip> Chips =>
    [
        new(null, Text["All"], Named.Count), new("use", Text["InUse"], Named.Count(r => Shows(r, "use"))),
        new("booting", Text["Booting"], Named.Count(r => Shows(r, "booting")), HostState.Booting), new("off", Text["Quiet"], Named.Count(r => Shows(r, "off"))),
    ];

    private IReadOnlyList<RoomGlance> Named => [.. rooms!.Where(r => r.Name.Contains(Search.Trim(), StringComparison.OrdinalIgnoreCase)
        || r.Description.Contains(Search.Trim(), StringComparison.CurrentCultureIgnoreCase))];

    private IReadOnlyList<RoomGlance> Found => [.. Named.Where(r => Shows(r, Filter))];

    /// <inheritdoc/>
    protected override async Task LoadAsync(CancellationToken cancellationToken) => rooms = await Sight.RoomsAsync(Person, cancellationToken);

    /// <inheritdoc/>
    protected override bool Concerns(PortalEvent portalEvent) => portalEvent is PortalEvent.HostStateChanged or PortalEvent.HostCreated
        or PortalEvent.HostUpdated or PortalEvent.HostDeleted or PortalEvent.HostsImported;

    private static bool Shows(RoomGlance room, string? filter) => filter switch
    {
        "use" => room.On > 0,
        "booting" => room.Counts.GetValueOrDefault(HostState.Booting) > 0,
        "off" => room.On == 0,
        _ => true,
    };

    private async Task AddAsync()
    {
        if (await RoomDialog.ShowAsync(Dialogs, Person, null) is { } id)
            Navigation.NavigateTo($"/rooms/{id}");
    }

    private string Link(string? filter) => Address(Search, filter);

    private void Remember() => Navigation.NavigateTo(Address(Search, Filter), replace: true);

    private static string Address(string search, string? filter)
    {
        List<string> parts = [];
        if (search.Trim().Length > 0)
            parts.Add("search=" + Uri.EscapeDataString(search.Trim()));
        if (filter is not null)
            parts.Add("show=" + Uri.EscapeDataString(filter));
        return parts is [] ? "/rooms" : "/rooms?" + string.Join('&', parts);
    }
}
