using System.Globalization;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Images;
using LinboPortal.Shell;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LinboPortal.Images;

/// <summary>Rules and what goes by them.</summary>
public sealed partial class KeepPanel
{
    private const int Shown = 12;

    private KeepRules usual = new(null, null);
    private IReadOnlyList<KeepGoing> going = [];
    private int? last;
    private int? days;
    private bool isOwn;
    private bool isChanged;
    private bool isBusy;

    /// <summary>The image; null for the rules of all that have none of their own.</summary>
    [Parameter]
    public Image? Image { get; set; }

    /// <summary>May the person change them?</summary>
    [Parameter]
    public bool MayEdit { get; set; }

    /// <summary>Something was deleted.</summary>
    [Parameter]
    public EventCallback OnApplied { get; set; }

    [CascadingParameter]
    internal Person Person { get; set; } = null!;

    private int Count => going.Sum(g => g.Versions.Count);

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        usual = await Choice.DefaultAsync(CancellationToken.None); // ends with the query, not with the component
        if (!isChanged)
            Take();
        await LookAsync();
    }

    private static int? Number(object? value) => int.TryParse(value?.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private void Take()
    {
        isOwn = Image is { KeepLast: not null } or { KeepDays: not null };
        (last, days) = Image is null ? (usual.Last, usual.Days) : (Image.KeepLast, Image.KeepDays);
    }

    private Task TryAsync(Action change)
    {
        change();
        isChanged = true;
        return LookAsync();
    }

    /// <summary>What is typed counts, so that its consequence is seen before it is saved.</summary>
    private async Task LookAsync()
    {
        var typed = last is null && days is null && Image is not null ? usual : new KeepRules(last, days);
        going = await Choice.GoingAsync(Image?.Name, typed, CancellationToken.None);
    }

    private string Said(KeepRules rules) => rules switch
    {
        { Last: null, Days: null } => Text["Keep.Said.All"],
        { Last: { } l, Days: null } => Text["Keep.Said.Last", l],
        { Last: null, Days: { } d } => Text["Keep.Said.Days", d],
        _ => Text["Keep.Said.Both", rules.Last!, rules.Days!],
    };

    private async Task SaveAsync()
    {
        isBusy = true;
        var outcome = Image is null
            ? await Keeps.SetDefaultAsync(Person, new KeepRules(last, days), CancellationToken.None) // begun, so it ends
            : await Changes.SetKeepAsync(Person, Image.Name, last, days, CancellationToken.None);
        isBusy = false;
        if (outcome == ImageOutcome.Done)
        {
            isChanged = false;
            isOwn = Image is not null && (last is not null || days is not null);
            usual = await Choice.DefaultAsync(CancellationToken.None);
        }

        Say(outcome == ImageOutcome.Done, "Keep.Saved");
    }

    private async Task ApplyAsync()
    {
        var question = new ConfirmQuestion(Text["Keep.Confirm", Count], Text["Keep.Now", Count])
        {
            Consequence = Text["Keep.ConfirmWhy", Sizes.Bytes(going.Sum(g => g.Bytes))],
            Names = [.. going.Select(g => g.Image)],
            Dangerous = true,
        };
        if (!await Dialogs.ConfirmAsync(question))
            return;
        isBusy = true;
        var done = Image is null
            ? await Keeps.ApplyAsync(Person, CancellationToken.None) is not null
            : await Changes.ApplyKeepAsync(Person, Image.Name, null, [.. going.SelectMany(g => g.Versions).Select(v => v.Folder)], CancellationToken.None) == ImageOutcome.Done;
        isBusy = false;
        Say(done, "Keep.Done");
        await LookAsync();
        await OnApplied.InvokeAsync();
    }

    private void Say(bool good, string word) => Snackbar.Add(Text[good ? word : "Keep.Failed"], good ? Severity.Success : Severity.Error);
}
