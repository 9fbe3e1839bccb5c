using LinboPortal.Api;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Jobs;
using LinboPortal.Hosts;
using LinboPortal.Jobs;
using LinboPortal.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using MudBlazor;

namespace LinboPortal.Schedules;

/// <summary>Makes or edits a schedule. What was typed stays, whatever happens.</summary>
public sealed partial class SchedulePage : IDisposable
{
    private const int Previewed = 5;
    private readonly CancellationTokenSource leaving = new();
    private IReadOnlyDictionary<string, string[]> errors = new Dictionary<string, string[]>();
    private ScheduleForm? form;
    private ScheduleDetails? details;
    private ScheduleDetails? theirs;
    private Places places = Places.None;
    private IReadOnlyList<TargetPart> parts = [];
    private IReadOnlyList<ScheduledStart>? starts;
    private ScheduleForecast? forecast;
    private string template = "";
    private string? failure;
    private bool hasHolidays;
    private bool gone;
    private bool busy;

    /// <summary>The schedule; null for a new one.</summary>
    [Parameter]
    public Guid? Id { get; set; }

    /// <summary>What a new one begins with.</summary>
    [SupplyParameterFromQuery(Name = "template")]
    public string? TemplateKey { get; set; }

    [CascadingParameter]
    public required Person Person { get; set; }

    [CascadingParameter]
    public required TimeZoneInfo Zone { get; set; }

    [Inject]
    internal ScheduleReads Reads { get; set; } = null!;

    [Inject]
    internal ScheduleChanges Changes { get; set; } = null!;

    [Inject]
    internal HolidayReads Holidays { get; set; } = null!;

    [Inject]
    internal RoomList Rooms { get; set; } = null!;

    [Inject]
    internal CommandTargets Targets { get; set; } = null!;

    [Inject]
    internal IOptions<SchedulesOptions> Options { get; set; } = null!;

    [Inject]
    internal TimeProvider Time { get; set; } = null!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = null!;

    [Inject]
    internal ISnackbar Snackbar { get; set; } = null!;

    [Inject]
    internal IDialogService Dialogs { get; set; } = null!;

    private bool MayEdit => ScheduleChanges.MayEdit(Person);

    private string Title => details is null ? Text["NewTitle"] : Text["EditTitle", details.Schedule.Name];

    /// <inheritdoc/>
    public void Dispose()
    {
        leaving.Cancel();
        leaving.Dispose();
    }

    private IReadOnlyList<ScheduleOverlap> overlaps = [];

    [Inject]
    internal ScheduleOverlaps Overlapping { get; set; } = null!;

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        details = Id is { } id ? await Reads.FindAsync(Person, id.ToString(), leaving.Token) : null;
        gone = Id is null ? !MayEdit : details is null;
        if (gone)
            return;
        places = await Rooms.NamesAsync(Person, leaving.Token);
        hasHolidays = await Holidays.ListAsync(Person, DateOnly.FromDateTime(Time.GetUtcNow().UtcDateTime), 0, 1, leaving.Token) is { Total: > 0 };
        if (details is not null)
            await ShowAsync(ScheduleForm.Of(details.Schedule));
        else
            await TakeAsync(ScheduleTemplate.All.FirstOrDefault(t => t.Key == TemplateKey) ?? ScheduleTemplate.All[0]);
    }

    private string[] Of(string field) => errors.GetValueOrDefault(field, []);

    private Task TakeAsync(ScheduleTemplate chosen)
    {
        template = chosen.Key;
        return ShowAsync(chosen.Form(Text[$"Template.{chosen.Key}"], Options.Value.TimeZone));
    }

    private async Task ShowAsync(ScheduleForm shown)
    {
        (form, errors, failure) = (shown, new Dictionary<string, string[]>(), null);
        await TargetAsync(shown.Target);
    }

    private async Task TargetAsync(string target)
    {
        form!.Target = target;
        parts = target.Length == 0 ? [] : (await Targets.ReadAsync(Person, target, form.School, leaving.Token)).Systems;
        await PreviewAsync();
    }

    private async Task PreviewAsync()
    {
        var next = await Reads.NextAsync(Person, form!, Id, Previewed, leaving.Token);
        (starts, forecast) = next is var (read, expected) ? (read, expected) : (null, null);
        overlaps = await Overlapping.OfAsync(Person, form!, Id, leaving.Token);
    }

    private async Task SaveAsync()
    {
        if (busy || form is null)
            return;
        (busy, failure) = (true, null);
        try
        {
            var saved = await SendAsync(confirmed: false);
            if (saved is ScheduleSaved.NeedsConfirmation asked && await Dialogs.ConfirmAsync(ScheduleQuestions.Confirm(Text, Commands, form.Name, asked)))
                saved = await SendAsync(confirmed: true);
            Show(saved);
        }
        catch (Exception exception) when (DatabaseGone.Explains(exception))
        {
            failure = Shell["DatabaseAwaySave"];
        }
        finally
        {
            busy = false;
        }
    }

    private Task<ScheduleSaved> SendAsync(bool confirmed) => details is null
        ? Changes.AddAsync(Person, form!, confirmed, leaving.Token)
        : Changes.EditAsync(Person, details.Schedule.Id, details.Schedule.Version, form!, confirmed, leaving.Token);

    private void Show(ScheduleSaved saved)
    {
        errors = new Dictionary<string, string[]>();
        switch (saved)
        {
            case ScheduleSaved.Done(_, var name):
                Snackbar.Add(Text["Saved", name], Severity.Success);
                Navigation.NavigateTo("/schedules");
                break;
            case ScheduleSaved.Refused(var issues, var jobIssues):
                errors = ScheduleQuestions.Errors(Text, Commands, issues, jobIssues);
                break;
            case ScheduleSaved.Conflict(var current):
                theirs = current;
                break;
            default:
                failure = ScheduleQuestions.Why(Text, Commands, saved);
                break;
        }
    }

    private async Task KeepMineAsync()
    {
        (details, theirs) = (theirs, null);
        await SaveAsync();
    }

    private async Task TakeTheirsAsync()
    {
        (details, theirs) = (theirs, null);
        await ShowAsync(ScheduleForm.Of(details!.Schedule));
    }

    private async Task DeleteAsync()
    {
        var name = details!.Schedule.Name;
        if (!await Dialogs.ConfirmAsync(new ConfirmQuestion(Text["DeleteTitle", name], Text["Delete"]) { Consequence = Text["DeleteWhy"], Dangerous = true }))
            return;
        var saved = await Changes.DeleteAsync(Person, details.Schedule.Id, leaving.Token);
        if (saved is ScheduleSaved.Done or ScheduleSaved.Gone)
        {
            Snackbar.Add(Text["Deleted", name], Severity.Success);
            Navigation.NavigateTo("/schedules");
        }
        else
        {
            Show(saved);
        }
    }
}
