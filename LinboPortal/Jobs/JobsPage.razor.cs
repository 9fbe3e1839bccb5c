using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Events;
using LinboPortal.Hosts;
using LinboPortal.Shell;
using Microsoft.AspNetCore.Components;

namespace LinboPortal.Jobs;

/// <summary>The list of jobs. What is filtered by stands in the address.</summary>
public sealed partial class JobsPage
{
    private JobListQuery query = new();
    private PageOfJobs? page;
    private IReadOnlyList<RoomRow> rooms = [];
    private IReadOnlyList<string> persons = [];

    [CascadingParameter]
    internal Person Person { get; set; } = null!;

    [SupplyParameterFromQuery]
    public string? Search { get; set; }

    [SupplyParameterFromQuery]
    public string? State { get; set; }

    [SupplyParameterFromQuery]
    public string? Room { get; set; }

    [SupplyParameterFromQuery]
    public string? By { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    public string? PageNumber { get; set; }

    [Inject]
    internal JobList List { get; set; } = null!;

    [Inject]
    internal JobPersons Persons { get; set; } = null!;

    [Inject]
    internal RoomList Rooms { get; set; } = null!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = null!;

    /// <inheritdoc/>
    protected override TimeSpan Pause => TimeSpan.FromSeconds(1);

    private bool IsUnfiltered => query is { Search: "", State: null, RoomId: null, CreatedBy: null, Tab: JobTab.All };

    private int First => (page!.Page - 1) * page.PageSize + 1;

    private IReadOnlyList<FilterChip> Chips =>
    [
        new(null, Shell["AllFilter"]), new("running", Text["JobState.Running"], page!.Running), new("planned", Text["JobState.Planned"], page.Planned),
        new("awaitingboot", Text["JobState.AwaitingBoot"], page.AwaitingBoot),
        new("failed", Text["JobState.Failed"]), new("done", Text["JobState.Done"]), new("cancelled", Text["JobState.Cancelled"]),
    ];

    /// <inheritdoc/>
    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        query = JobsAddress.With(new JobListQuery(), State) with
        {
            Search = Search?.Trim() ?? "",
            RoomId = Guid.TryParse(Room, out var room) ? room : null,
            CreatedBy = string.IsNullOrWhiteSpace(By) ? null : By,
            Page = AddressValue.Page(PageNumber),
            PageSize = JobsAddress.PageSize,
        };
        page = await List.ReadAsync(Person, query, cancellationToken);
        if (rooms.Count == 0)
            rooms = await Rooms.ReadAsync(Person, cancellationToken);
        persons = await Persons.ReadAsync(Person, cancellationToken);
    }

    /// <inheritdoc/>
    protected override bool Concerns(PortalEvent portalEvent) =>
        portalEvent is PortalEvent.JobCreated or PortalEvent.JobStarted or PortalEvent.JobProgress or PortalEvent.JobCompleted && EventMessage.IsFor(Person, portalEvent);

    /// <summary>Numbers change in their rows, which stay where they are; only jobs that begin or end read the list anew.</summary>
    protected override async Task ApplyAsync(IReadOnlyList<PortalEvent> events, CancellationToken cancellationToken)
    {
        if (page is null || events.Any(e => e is not PortalEvent.JobProgress))
        {
            await LoadAsync(cancellationToken);
            return;
        }

        var changed = events.OfType<PortalEvent.JobProgress>().Select(e => e.JobId).ToHashSet();
        var shown = page.Items.Select(j => j.Id).Where(changed.Contains).ToList();
        if (shown.Count == 0)
            return;
        var rows = await List.ReadAsync(Person, shown, cancellationToken);
        page = page with { Items = [.. page.Items.Select(j => rows.GetValueOrDefault(j.Id, j))] };
    }

    private void Go(JobListQuery wanted, bool replace = false) => Navigation.NavigateTo(JobsAddress.Of(wanted with { Page = 1 }), replace: replace);
}
