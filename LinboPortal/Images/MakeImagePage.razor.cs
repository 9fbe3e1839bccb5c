using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Core.Images;
using LinboPortal.Jobs;
using LinboPortal.Shell;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LinboPortal.Images;

/// <summary>What an image becomes.</summary>
internal enum MakingKind
{
    Version,
    Qdiff,
    New,
}

/// <summary>Leads to an image of a PC: which PC, which system, what for, what stands against it, and off it goes.</summary>
public sealed partial class MakeImagePage : LivePage
{
    private PcImageOrder order = new("");
    private PcImageSight? sight;
    private IReadOnlyList<PcChoice>? choices;
    private MakingKind kind;
    private string part = "";
    private string former = "";
    private bool isGone;
    private bool isBusy;

    /// <summary>The PC's name; null while none is chosen.</summary>
    [Parameter]
    public string? Name { get; set; }

    [CascadingParameter]
    internal Person Person { get; set; } = null!;

    /// <summary>The browser's zone.</summary>
    [CascadingParameter]
    public TimeZoneInfo? Zone { get; set; }

    private bool IsCommentGood => PcImageOrders.IsComment(order.Comment.Trim());

    /// <inheritdoc/>
    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        if (Name is null)
        {
            choices = await Reads.FindAsync(Person, part, cancellationToken);
            return;
        }

        if (order.Host != Name)
            (order, kind, sight) = (new PcImageOrder(Name), MakingKind.Version, null);
        sight = await Reads.ReadAsync(Person, order, cancellationToken);
        isGone = sight is null;
        former = Path.GetFileNameWithoutExtension(sight?.Facts.System?.BaseImage ?? "");
        // Nothing to make a version of: only a new one can be meant.
        if (former.Length == 0 && kind != MakingKind.New && sight is { Conf.OperatingSystems.Length: > 0 } && Person.May(Permission.GroupsEdit))
            await ChooseAsync(MakingKind.New);
    }

    /// <inheritdoc/>
    protected override bool Concerns(PortalEvent portalEvent) => portalEvent switch
    {
        PortalEvent.HostStateChanged e => Name is null || e.HostId == sight?.HostId,
        PortalEvent.HostUpdated e => e.HostId == sight?.HostId,
        PortalEvent.GroupUpdated e => e.GroupId == sight?.Group?.Id,
        PortalEvent.ImageUpdated e => e.Image == sight?.Image,
        PortalEvent.ImageUploaded { State: not UploadState.Checking } e => e.Image == sight?.Image,
        _ => false,
    };

    private async Task FindAsync(string wanted)
    {
        part = wanted;
        choices = await Reads.FindAsync(Person, part, Leaving);
    }

    private Task ChooseAsync(MakingKind wanted)
    {
        kind = wanted;
        return ChangeAsync(order with { IsQdiff = wanted == MakingKind.Qdiff, NewName = wanted == MakingKind.New ? order.NewName ?? "" : null });
    }

    private async Task ChangeAsync(PcImageOrder changed)
    {
        order = changed;
        await LoadAsync(Leaving);
    }

    private async Task SendAsync()
    {
        isBusy = true;
        try
        {
            // What was confirmed is carried out, though the page be left.
            var outcome = await Orders.SendAsync(Person, order, confirmed: false, CancellationToken.None);
            if (Question(outcome) is { } question)
            {
                if (!await Dialogs.ConfirmAsync(question))
                    return;
                outcome = await Orders.SendAsync(Person, order, confirmed: true, CancellationToken.None);
            }

            if (outcome is PcImageOutcome.OfJob(JobOutcome.Created created))
                Navigation.NavigateTo($"/jobs/{created.Number}");
            else
                Snackbar.Add(Refusal(outcome), Severity.Error);
        }
        finally
        {
            isBusy = false;
        }
    }

    private ConfirmQuestion? Question(PcImageOutcome outcome) => outcome switch
    {
        PcImageOutcome.OfJob(JobOutcome.NeedsConfirmation asked) => Words.Commands.Question(Text["Make.Of", Name!], asked),
        PcImageOutcome.AsksForGroup(var group, var image, var pcs) => new ConfirmQuestion(Text["Make.Confirm", image], Text["Make.Button"])
        {
            Consequence = Text["Make.ConfirmGroup", group, image, pcs],
            Dangerous = true,
        },
        _ => null,
    };

    private string Refusal(PcImageOutcome outcome) => outcome switch
    {
        PcImageOutcome.Refused(var checks) => string.Join(" · ", checks.Select(c => Text["Finding." + c.Finding, Sizes.Bytes(c.Bytes), Sizes.Bytes(c.Needed), c.Bytes])),
        PcImageOutcome.GroupConflict(var group) => Text["Make.GroupConflict", group],
        PcImageOutcome.BadComment => Text["Make.CommentWrong"],
        PcImageOutcome.OfJob(var job) => string.Join(" ", Words.Commands.Refusal(job) ?? []),
        _ => Text["Make.Gone", Name!],
    };
}
