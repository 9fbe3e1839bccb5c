using System.Globalization;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Core.Remote;
using LinboPortal.Shell;
using Microsoft.AspNetCore.Components;

namespace LinboPortal.Jobs;

/// <summary>A job: how its PCs are, the log of one, what went wrong. Which PC and which filter stands in the address.</summary>
public sealed partial class JobPage
{
    /// <summary>Tiles that are drawn unless somebody wants more.</summary>
    private const int Many = 600;

    /// <summary>Beyond this a tile says what matters only.</summary>
    private const int Large = 60;

    private readonly RunBoard board = new();
    private JobView? view;
    private IReadOnlyList<LinboCommand> commands = [];
    private IReadOnlyDictionary<int, string> systems = new Dictionary<int, string>();
    private IReadOnlyList<string> commandTexts = [];
    private int most = Many;
    private IReadOnlyDictionary<Guid, string> errorLines = new Dictionary<Guid, string>();
    private bool loaded;

    /// <summary>The number that people say.</summary>
    [Parameter]
    public int Number { get; set; }

    /// <summary>The PC whose log is shown.</summary>
    [SupplyParameterFromQuery(Name = "pc")]
    public string? Pc { get; set; }

    /// <summary>PCs in this state only.</summary>
    [SupplyParameterFromQuery(Name = "state")]
    public string? Filter { get; set; }

    /// <summary><c>timeline</c>, or nothing for the grid.</summary>
    [SupplyParameterFromQuery(Name = "view")]
    public string? ViewName { get; set; }

    [CascadingParameter]
    internal Person Person { get; set; } = null!;

    [CascadingParameter]
    internal TimeZoneInfo Zone { get; set; } = TimeZoneInfo.Utc;

    [Inject]
    internal JobSight Sight { get; set; } = null!;

    [Inject]
    internal SystemNames Systems { get; set; } = null!;

    /// <summary>Four drawings a second for a room; two for a hall: a PC tells no more of itself, and twenty who look on cost the server little.</summary>
    protected override TimeSpan Pause => TimeSpan.FromMilliseconds(IsLarge ? 500 : 250);

    private bool IsLarge => board.Counts.Total > Large;

    private string Title => Text.Title(commands, NameOf, view?.Job.Wake is not null);

    private IReadOnlyList<RunTile> Shown => board.In(Filter);

    private RunTile? Chosen => board.Find(Pc);

    private IReadOnlyList<FilterChip> Chips
    {
        get
        {
            var counts = board.Counts;
            (string Key, string Word, int Count)[] all =
            [
                ("failed", Text["RunState.Failed"], counts.Failed), ("active", Text["Working"], counts.Active), ("waiting", Text["RunState.Waiting"], counts.Waiting),
                ("awaitingboot", Text["RunState.AwaitingBoot"], counts.AwaitingBoot),
                ("skipped", Text["RunState.Skipped"], counts.Skipped), ("cancelled", Text["RunState.Cancelled"], counts.Cancelled), ("done", Text["RunState.Done"], counts.Done),
            ];
            return [new(null, Shell["AllFilter"], counts.Total), .. all.Where(c => c.Count > 0 || c.Key == Filter).Select(c => new FilterChip(c.Key, c.Word, c.Count))];
        }
    }

    /// <inheritdoc/>
    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        view = await Sight.FindAsync(Person, Number.ToString(CultureInfo.InvariantCulture), cancellationToken);
        loaded = true;
        if (view is null)
            return;
        commands = CommandLine.TryParse(view.Job.Commands, out var line, out _) ? line.Commands : [];
        systems = await Systems.OfJobAsync(Person, view.Job.Id, cancellationToken);
        commandTexts = [.. commands.Select(c => CommandWords.Capital(Text.Phrase(c, NameOf)))];
        errorLines = await Sight.ErrorLinesAsync(Person, view.Job.Id, cancellationToken);
        board.Load((await Sight.RunsAsync(Person, view.Job.Id, null, 0, int.MaxValue, cancellationToken)).Select(RunTile.Of));
    }

    /// <inheritdoc/>
    protected override bool Concerns(PortalEvent portalEvent) => portalEvent switch
    {
        PortalEvent.HostProgressed e => e.JobId == view?.Job.Id,
        PortalEvent.JobStarted e => e.JobId == view?.Job.Id,
        PortalEvent.JobCompleted e => e.JobId == view?.Job.Id,
        PortalEvent.JobCreated e => view is null && e.Number == Number,
        _ => false,
    };

    /// <summary>What the events say is what the tiles show, without a query; begin and end of the job read it anew.</summary>
    protected override async Task ApplyAsync(IReadOnlyList<PortalEvent> events, CancellationToken cancellationToken)
    {
        if (events.Count == 0 || events.Any(e => e is not PortalEvent.HostProgressed))
            await LoadAsync(cancellationToken);
        else
        {
            if (events.Any(e => e is PortalEvent.HostProgressed { State: Core.Jobs.RunState.Failed }))
                errorLines = await Sight.ErrorLinesAsync(Person, view!.Job.Id, cancellationToken);
            board.Apply(events.OfType<PortalEvent.HostProgressed>(), Time.GetUtcNow());
        }
    }

    private string? NameOf(int os) => systems.GetValueOrDefault(os);

    private string CommandText(int number) => number >= 1 && number <= commandTexts.Count ? commandTexts[number - 1] : "";

    private string LinkTo(string host) => Address(Filter, ViewName, host);

    private string Address(string? filter, string? named, string? pc)
    {
        List<string> parts = [];
        if (filter is not null)
            parts.Add($"state={Uri.EscapeDataString(filter)}");
        if (named is not null)
            parts.Add($"view={Uri.EscapeDataString(named)}");
        if (pc is not null)
            parts.Add($"pc={Uri.EscapeDataString(pc)}");
        return parts.Count == 0 ? $"/jobs/{Number}" : $"/jobs/{Number}?{string.Join('&', parts)}";
    }
}
