using System.Text;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Core.Jobs;
using LinboPortal.Hosts;
using LinboPortal.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;

namespace LinboPortal.Schedules;

/// <summary>Days without school.</summary>
public sealed partial class HolidaysPage
{
    private const int Size = 100;
    private const int Shown = 20;
    private HolidayRows? page;
    private IReadOnlyList<string> schools = [Host.DefaultSchool];
    private IReadOnlyList<string> problems = [];
    private IReadOnlyList<ScheduleIssue> issues = [];
    private string school = Host.DefaultSchool;
    private string name = "";
    private string pasted = "";
    private string? done;
    private string? failed;
    private DateOnly? from;
    private DateOnly? to;
    private bool busy;

    [CascadingParameter]
    public required Person Person { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    public string? PageNumber { get; set; }

    [Inject]
    internal HolidayReads Reads { get; set; } = null!;

    [Inject]
    internal IDialogService Dialogs { get; set; } = null!;

    [Inject]
    internal HolidayChanges Changes { get; set; } = null!;

    [Inject]
    internal RoomList Rooms { get; set; } = null!;

    [Inject]
    internal ISnackbar Snackbar { get; set; } = null!;

    private int Number => AddressValue.Page(PageNumber);

    private bool MayEdit => ScheduleChanges.MayEdit(Person);

    private bool HasSchools => schools.Count > 1;

    /// <inheritdoc/>
    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        page = await Reads.ListAsync(Person, DateOnly.FromDateTime(Time.GetUtcNow().UtcDateTime), (Number - 1) * Size, Size, cancellationToken);
        schools = (await Rooms.NamesAsync(Person, cancellationToken)).Schools;
        if (!schools.Contains(school))
            school = schools[0];
    }

    /// <inheritdoc/>
    protected override bool Concerns(PortalEvent portalEvent) => portalEvent is PortalEvent.ScheduleChanged { ScheduleId: var id } && id == Guid.Empty;

    private IReadOnlyList<string> Of(string field) => [.. issues.Where(i => i.Field == field).Select(Text.Sentence)];

    private async Task ChooseAsync(InputFileChangeEventArgs change)
    {
        if (change.File.Size > ICalendar.LargestFile)
        {
            (done, failed, problems) = (null, Text["ImportTooLarge"], []);
            return;
        }

        using var content = new MemoryStream();
        await using (var stream = change.File.OpenReadStream(ICalendar.LargestFile, Leaving))
            await stream.CopyToAsync(content, Leaving);
        await ImportAsync(content.ToArray());
    }

    private async Task PasteAsync()
    {
        if (pasted.Trim().Length > 0)
            await ImportAsync(Encoding.UTF8.GetBytes(pasted));
    }

    private async Task ImportAsync(byte[] file)
    {
        busy = true;
        var saved = await Changes.ImportAsync(Person, school, file, Leaving);
        busy = false;
        (done, failed, problems) = (null, null, []);
        if (saved is HolidaysSaved.Done(var added, var replaced, var unread))
            (done, problems) = (Text["ImportDone", added, replaced], Sentences(unread));
        else
            failed = Text["ImportRefused"];
        if (saved is HolidaysSaved.Refused(var refused, var wrong))
            problems = wrong.Count > 0 ? Sentences(wrong) : [.. refused.Select(Text.Sentence)];
        if (saved is HolidaysSaved.Done)
            pasted = "";
        await LoadAsync(Leaving);
    }

    private async Task AddAsync()
    {
        busy = true;
        var saved = await Changes.AddAsync(Person, school, name, from, to, Leaving);
        busy = false;
        issues = saved is HolidaysSaved.Refused(var refused, _) ? refused : [];
        if (saved is not HolidaysSaved.Done)
            return;
        Snackbar.Add(Text["HolidayAdded", name.Trim()], Severity.Success);
        (name, from, to) = ("", null, null);
        await LoadAsync(Leaving);
    }

    private async Task DeleteAsync(HolidayRow row)
    {
        var days = row.From == row.To ? Times.Day(row.From) : $"{Times.Day(row.From)} – {Times.Day(row.To)}";
        var question = new ConfirmQuestion(Text["DeleteHolidayQuestion", row.Name], Text["DeleteHolidayDo"]) { Consequence = Text["DeleteHolidayWhat", days], Dangerous = true };
        if (!await Dialogs.ConfirmAsync(question))
            return;
        await Changes.DeleteAsync(Person, row.Id, CancellationToken.None);
        Snackbar.Add(Text["HolidayDeleted", row.Name], Severity.Success);
        await LoadAsync(Leaving);
    }

    private List<string> Sentences(IReadOnlyList<ICalendarProblem> found) => [.. found.Select(Text.Sentence)];
}
