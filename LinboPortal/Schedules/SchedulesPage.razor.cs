using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Core.Jobs;
using LinboPortal.Core.Remote;
using LinboPortal.Jobs;
using LinboPortal.Shell;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LinboPortal.Schedules;

/// <summary>All schedules.</summary>
public sealed partial class SchedulesPage
{
    private const int Size = 100;
    private ScheduleRows? page;
    private IReadOnlyDictionary<Guid, IReadOnlyList<ScheduleOverlap>> overlaps = new Dictionary<Guid, IReadOnlyList<ScheduleOverlap>>();
    private bool busy;

    [CascadingParameter]
    public required Person Person { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    public string? PageNumber { get; set; }

    [Inject]
    internal ScheduleReads Reads { get; set; } = null!;

    [Inject]
    internal ScheduleOverlaps Overlaps { get; set; } = null!;

    [Inject]
    internal ScheduleChanges Changes { get; set; } = null!;

    [Inject]
    internal ISnackbar Snackbar { get; set; } = null!;

    [Inject]
    internal IDialogService Dialogs { get; set; } = null!;

    private int Number => AddressValue.Page(PageNumber);

    /// <inheritdoc/>
    protected override TimeSpan Pause => TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task LoadAsync(CancellationToken cancellationToken) =>
        (page, overlaps) = (await Reads.ListAsync(Person, (Number - 1) * Size, Size, cancellationToken), await Overlaps.AllAsync(Person, cancellationToken));

    /// <inheritdoc/>
    protected override bool Concerns(PortalEvent portalEvent) => portalEvent is PortalEvent.ScheduleChanged or PortalEvent.JobCreated or PortalEvent.JobCompleted;

    private string What(Schedule schedule) => Jobs.Title(CommandLine.TryParse(schedule.Commands, out var line, out _) ? line.Commands : [], null, schedule.Wake is not null);

    private string When(Schedule schedule) =>
        Text[schedule.ReadyBy ? "At.ReadyBy" : "At", Text.Days(schedule.Days), schedule.At.ToString(ScheduleForm.TimeFormat, System.Globalization.CultureInfo.InvariantCulture)];

    private string Next(ScheduleDetails row)
    {
        if (row.Next is not { } next)
            return Text[row.Schedule.Enabled ? "Never" : "IsOff"];
        var zone = ScheduleRules.ZoneOf(row.Schedule.TimeZone) ?? TimeZoneInfo.Utc;
        var when = Text.When(next.StartAt, Time.GetUtcNow(), zone);
        return row.Schedule.ReadyBy ? Text["ReadyAt", when, ScheduleWords.Clock(next.At, zone)] : when;
    }

    private async Task SwitchAsync(ScheduleDetails row, bool isOn)
    {
        busy = true;
        var saved = await Changes.SwitchAsync(Person, row.Schedule.Id, isOn, confirmed: false, Leaving);
        if (saved is ScheduleSaved.NeedsConfirmation asked && await Dialogs.ConfirmAsync(ScheduleQuestions.Confirm(Text, Commands, row.Schedule.Name, asked)))
            saved = await Changes.SwitchAsync(Person, row.Schedule.Id, isOn, confirmed: true, Leaving);
        busy = false;
        if (saved is ScheduleSaved.Done)
            Snackbar.Add(Text[isOn ? "SwitchedOn" : "SwitchedOff", row.Schedule.Name], Severity.Success);
        else if (ScheduleQuestions.Why(Text, Commands, saved) is { } why)
            Snackbar.Add(why, Severity.Error);
        await RefreshAsync();
    }
}
