using LinboPortal.Core.Accounts;
using LinboPortal.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;

namespace LinboPortal.Hosts.Import;

/// <summary>Files in, preview, import.</summary>
public sealed partial class ImportPage : IDisposable
{
    private const int MaxFiles = 1000;
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource leaving = new();
    private List<ImportFile> files = [];
    private ImportPlan? plan;
    private ImportProgress? progress;
    private string school = "";
    private bool deleteMissing;
    private bool reading;
    private string? note;
    private bool noteIsGood;
    private string? failure;

    [CascadingParameter]
    public required Person Person { get; set; }

    [Inject]
    internal HostImport Import { get; set; } = null!;

    [Inject]
    internal IDialogService Dialogs { get; set; } = null!;

    [Inject]
    internal TimeProvider Time { get; set; } = null!;

    [Inject]
    internal ILogger<ImportPage> Log { get; set; } = null!;

    private ImportWishes Wishes => new(school.Trim().Length == 0 ? null : school.Trim(), deleteMissing);

    private bool MaySchool => files.Any(f => f.Name.Equals("devices.csv", StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    public void Dispose()
    {
        leaving.Cancel();
        leaving.Dispose();
    }

    private async Task ChooseAsync(InputFileChangeEventArgs e)
    {
        (note, failure, reading) = (null, null, true);
        StateHasChanged();
        try
        {
            List<ImportFile> read = [];
            foreach (var file in e.GetMultipleFiles(MaxFiles))
            {
                if (file.Size > ImportFile.MaxLength)
                {
                    (note, noteIsGood) = (Text["TooLarge", file.Name, Sizes.Bytes(ImportFile.MaxLength)], false);
                    return;
                }

                using var content = new MemoryStream();
                await using var stream = file.OpenReadStream(ImportFile.MaxLength, leaving.Token);
                await stream.CopyToAsync(content, leaving.Token);
                read.Add(new ImportFile(Path.GetFileName(file.Name), content.ToArray()));
            }

            files = read;
            await PreviewAsync();
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or Microsoft.JSInterop.JSException)
        {
            failure = exception.Message;
        }
        finally
        {
            reading = false;
        }
    }

    private async Task PreviewAsync() => plan = await Import.PreviewAsync(files, Wishes, leaving.Token);

    private async Task DeleteMissingAsync(ChangeEventArgs e)
    {
        deleteMissing = e.Value is true;
        note = null;
        await PreviewAsync();
    }

    private async Task SchoolAsync(ChangeEventArgs e)
    {
        school = e.Value as string ?? "";
        note = null;
        await PreviewAsync();
    }

    private void Clear() => (files, plan, note, failure, deleteMissing, school) = ([], null, null, null, false, "");

    private async Task ApplyAsync()
    {
        var shown = plan!;
        var question = new ConfirmQuestion(Text["ApplyTitle"], Text["Apply"])
        {
            Consequence = Text[shown.NeedsNumber ? "ApplyMany" : "ApplyWhat", [.. Counts(shown)]],
            Names = shown.DeleteMissing ? [.. shown.Missing.Select(m => m.Name)] : [],
            TypedWord = shown.NeedsNumber ? shown.Deleted.ToString(System.Globalization.CultureInfo.InvariantCulture) : Text["DeleteWord"],
            AlwaysTyped = shown.NeedsNumber,
            Dangerous = shown.Deleted > 0,
        };
        if (!await Dialogs.ConfirmAsync(question))
            return;
        progress = new ImportProgress(0, shown.New.Count + shown.Changed.Count + shown.Deleted);
        (note, failure) = (null, null);
        StateHasChanged();
        try
        {
            // Asked above: the number was typed where it is needed.
            Take(await Import.ApplyAsync(Person, files, Wishes with { ConfirmedDeletes = shown.Deleted }, shown.Fingerprint, new Live(this), leaving.Token));
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The transaction is gone with the exception; the person learns why and still has the files.
            LogFailed(Log, exception);
            failure = exception.Message;
        }
        finally
        {
            progress = null;
        }
    }

    private void Take(ImportOutcome outcome)
    {
        switch (outcome)
        {
            case ImportOutcome.Done(var done):
                (note, noteIsGood, plan, files) = (Text["Done", [.. Counts(done)]], true, null, []);
                break;
            case ImportOutcome.Outdated(var now):
                (note, noteIsGood, plan) = (Text["Outdated"], false, now);
                break;
            case ImportOutcome.Refused(var now):
                plan = now;
                break;
            case ImportOutcome.NumberNeeded(var now):
                plan = now;
                break;
            default:
                plan = null;
                break;
        }
    }

    private static object[] Counts(ImportPlan plan) =>
    [
        Sizes.Count(plan.New.Count), Sizes.Count(plan.Changed.Count), Sizes.Count(plan.Deleted), Sizes.Count(plan.Groups.Count),
        Sizes.Count(plan.Subnets.Count),
    ];

    [LoggerMessage(LogLevel.Error, "The import failed; nothing was changed")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    /// <summary>Draws the progress a few times a second.</summary>
    private sealed class Live(ImportPage page) : IProgress<ImportProgress>
    {
        private long drawn;

        public void Report(ImportProgress value)
        {
            if (page.Time.GetElapsedTime(drawn) < Redraw && value.Done < value.Total)
                return;
            drawn = page.Time.GetTimestamp();
            _ = page.InvokeAsync(() =>
            {
                if (page.progress is not null)
                    page.progress = value;
                page.StateHasChanged();
            });
        }
    }
}
