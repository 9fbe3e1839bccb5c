using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Jobs;
using LinboPortal.Shell;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LinboPortal.Hosts;

/// <summary>The list of hosts. What is filtered and sorted by stands in the address.</summary>
public sealed partial class HostsPage
{
    private readonly Dictionary<Guid, PickedHost> selected = [];
    private HostQuery query = new();
    private PageOfHosts? page;
    private StateCounts? counts;
    private Places places = Places.None;
    private int newPcs;
    private bool busy;

    [CascadingParameter]
    public required Person Person { get; set; }

    [SupplyParameterFromQuery]
    public string? Search { get; set; }

    [SupplyParameterFromQuery]
    public string? State { get; set; }

    [SupplyParameterFromQuery]
    public string? Room { get; set; }

    [SupplyParameterFromQuery]
    public string? Group { get; set; }

    [SupplyParameterFromQuery]
    public string? School { get; set; }

    [SupplyParameterFromQuery]
    public string? Sort { get; set; }

    [SupplyParameterFromQuery(Name = "desc")]
    public string? Descending { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    public string? PageNumber { get; set; }

    [Inject]
    internal HostList List { get; set; } = null!;

    [Inject]
    internal HostBulk Bulk { get; set; } = null!;

    [Inject]
    internal RoomList RoomsOfPerson { get; set; } = null!;

    [Inject]
    internal NewPcs NewPcs { get; set; } = null!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = null!;

    [Inject]
    internal IDialogService Dialogs { get; set; } = null!;

    [Inject]
    internal ISnackbar Snackbar { get; set; } = null!;

    [Inject]
    internal Microsoft.Extensions.Localization.IStringLocalizer<HostIssueText> Issues { get; set; } = null!;

    /// <summary>A list that is drawn from the database is drawn once a second, however much happens.</summary>
    protected override TimeSpan Pause => TimeSpan.FromSeconds(1);

    [CascadingParameter]
    public TimeZoneInfo? Zone { get; set; }

    [Inject]
    internal CommandTargets Targets { get; set; } = null!;

    [Inject]
    internal JobOrders Orders { get; set; } = null!;

    private bool MayRun => Person.May(Permission.JobsRun);

    private bool MayEdit => Person.May(Permission.HostsEdit);

    private bool IsUnfiltered => query is { Search: "", State: null, Room: null, Group: null, School: null };

    private int First => (page!.Page - 1) * page.PageSize + 1;

    private string Summary => counts is null || page is null ? " " : Text["Summary", Sizes.Count(counts.Total), Sizes.Count(counts.On)]
        + (counts.Devices > 0 ? " · " + Some(0, counts.Devices) : "");

    private IReadOnlyList<string> Names => [.. selected.Values.Select(h => h.Name).Order(StringComparer.Ordinal)];

    private string Chosen => Some(selected.Values.Count(h => h.IsPc), selected.Values.Count(h => !h.IsPc));

    /// <inheritdoc/>
    protected override bool Concerns(PortalEvent portalEvent) => portalEvent is
        PortalEvent.HostStateChanged or PortalEvent.HostCreated or PortalEvent.HostUpdated or PortalEvent.HostDeleted or
        PortalEvent.HostsImported or PortalEvent.NewPcSeen;

    /// <inheritdoc/>
    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        query = new HostQuery
        {
            Search = Search?.Trim() ?? "",
            State = HostsAddress.StateOf(State),
            Room = Room,
            Group = Group,
            School = School,
            Sort = HostsAddress.SortOf(Sort),
            Descending = AddressValue.Flag(Descending),
            Page = AddressValue.Page(PageNumber),
            PageSize = HostsAddress.PageSize,
        };
        page = await List.ReadAsync(Person, query, cancellationToken);
        counts = page.Counts;
        places = await RoomsOfPerson.NamesAsync(Person, cancellationToken);
        newPcs = await NewPcs.CountAsync(Person, cancellationToken);
    }

    /// <summary>States change in their rows, which stay where they are; only other changes read the list anew.</summary>
    protected override async Task ApplyAsync(IReadOnlyList<PortalEvent> events, CancellationToken cancellationToken)
    {
        if (page is null || events.Any(e => e is not (PortalEvent.HostStateChanged or PortalEvent.NewPcSeen)))
        {
            await LoadAsync(cancellationToken);
            return;
        }

        var changed = events.OfType<PortalEvent.HostStateChanged>().Select(e => e.HostId).ToHashSet();
        var shown = page.Items.Select(h => h.Id).Where(changed.Contains).ToList();
        var rows = shown.Count == 0 ? new Dictionary<Guid, HostRow>() : await List.ReadAsync(Person, shown, cancellationToken);
        page = page with { Items = [.. page.Items.Select(h => rows.GetValueOrDefault(h.Id, h))] };
        if (changed.Count > 0)
            counts = await List.CountAsync(Person, query, cancellationToken);
        newPcs = await NewPcs.CountAsync(Person, cancellationToken);
    }

    private void Go(HostQuery wanted) => Navigation.NavigateTo(HostsAddress.Of(wanted with { Page = 1 }));

    private void SearchAsync(string text) => Navigation.NavigateTo(HostsAddress.Of(query with { Search = text.Trim(), Page = 1 }), replace: true);

    private void Toggle(HostRow row)
    {
        if (!selected.Remove(row.Id))
            selected[row.Id] = new PickedHost(row.Id, row.Name, row.IsPc);
    }

    /// <summary>"28 PCs and 1 other device".</summary>
    private string Some(int pcs, int others)
    {
        var devices = others == 1 ? Text["OneDevice"].Value : Text["SomeDevices", Sizes.Count(others)].Value;
        var machines = pcs == 1 ? Text["OnePc"].Value : Text["SomePcs", Sizes.Count(pcs)].Value;
        return others == 0 ? machines : pcs == 0 ? devices : Text["PcsAndDevices", machines, devices];
    }

    private void ToggleAll(bool on)
    {
        foreach (var row in page!.Items)
        {
            if (on)
                selected[row.Id] = new PickedHost(row.Id, row.Name, row.IsPc);
            else
                selected.Remove(row.Id);
        }
    }

    private async Task SelectMatchingAsync()
    {
        foreach (var host in await List.NamesAsync(Person, query, Leaving))
            selected[host.Id] = host;
    }

    private async Task CommandAsync()
    {
        var target = await Targets.ReadAsync(Person, $"host:{string.Join(',', selected.Values.Where(h => h.IsPc).Select(h => h.Name))}", query.School ?? "", Leaving);
        if (await Dialogs.CommandAsync(Person, target, "", Zone ?? TimeZoneInfo.Utc) is not { } created)
            return;
        selected.Clear();
        Orders.Say(created, created.Hosts);
    }

    private async Task MoveAsync()
    {
        if (await AskAsync(Text["MoveTitle", Chosen], Text["Room"], Text["Move"], places.Rooms) is { } room)
            await ActAsync(() => Bulk.MoveAsync(Person, [.. selected.Keys], room, Leaving), "Moved");
    }

    private async Task RegroupAsync()
    {
        string[] groups = [.. places.Groups, Core.Hosts.Device.NoGroup];
        if (await AskAsync(Text["RegroupTitle", Chosen], Text["Group"], Text["Regroup"], groups) is { } group)
            await ActAsync(() => Bulk.RegroupAsync(Person, [.. selected.Keys], group, Leaving), "Regrouped");
    }

    private async Task DeleteAsync()
    {
        var question = new ConfirmQuestion(Text["DeleteTitle", Chosen], Text["Delete"])
        {
            Consequence = Text["DeleteWhat"],
            Names = Names,
            TypedWord = Text["DeleteWord"],
            Dangerous = true,
        };
        if (await Dialogs.ConfirmAsync(question))
            await ActAsync(() => Bulk.DeleteAsync(Person, [.. selected.Keys], Leaving), "Deleted");
    }

    private async Task<string?> AskAsync(string title, string label, string action, IReadOnlyList<string> choices)
    {
        var dialog = await Dialogs.ShowAsync<PlaceDialog>(title, new DialogParameters<PlaceDialog>
        {
            { d => d.Title, title }, { d => d.Label, label }, { d => d.Action, action }, { d => d.Choices, choices },
            { d => d.Names, Names },
        });
        return await dialog.Result is { Canceled: false, Data: string place } ? place : null;
    }

    private async Task ActAsync(Func<Task<BulkDone>> act, string word)
    {
        busy = true;
        StateHasChanged();
        try
        {
            var done = await act();
            if (done.Issue is { } issue)
            {
                Snackbar.Add(Issues.Sentence(issue), Severity.Error);
                return;
            }

            selected.Clear();
            Snackbar.Add(Text[word, Sizes.Count(done.Count)], Severity.Success);
            await LoadAsync(Leaving);
        }
        finally
        {
            busy = false;
        }
    }
}
