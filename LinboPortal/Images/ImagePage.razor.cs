using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Core.Images;
using LinboPortal.Images.Work;
using LinboPortal.Infrastructure.Images.Tasks;
using LinboPortal.Shell;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LinboPortal.Images;

/// <summary>An image with its versions, who uses it, and its sidecars.</summary>
public sealed partial class ImagePage : LivePage
{
    private ImageSight? sight;
    private bool isGone;
    private bool isBusy;

    /// <summary>The image's name.</summary>
    [Parameter]
    public string Name { get; set; } = "";

    [CascadingParameter]
    internal Person Person { get; set; } = null!;

    /// <summary>The browser's zone.</summary>
    [CascadingParameter]
    public TimeZoneInfo? Zone { get; set; }

    /// <inheritdoc/>
    protected override TimeSpan Pause => TimeSpan.FromSeconds(1);

    private bool MayEdit => Person.May(Permission.ImagesEdit);

    private ImageVersion? LastGood => sight!.Versions.FirstOrDefault(v => v.Folder != ImageVersion.Current && v.State == ImageState.Good);

    /// <inheritdoc/>
    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        if (sight?.Image.Name != Name)
            sight = null; // under its new name an image is not there yet, and the old one would be shown with it
        sight = await List.FindAsync(Person, Name, cancellationToken);
        isGone = sight is null;
    }

    /// <inheritdoc/>
    protected override bool Concerns(PortalEvent portalEvent) => portalEvent switch
    {
        PortalEvent.ImageCreated e => e.Image == Name,
        PortalEvent.ImageUpdated e => e.Image == Name,
        PortalEvent.ImageDeleted e => e.Image == Name,
        PortalEvent.ImageDamaged e => e.Image == Name,
        PortalEvent.ImageUploaded e => e.Image == Name,
        // A copy, or an image under its new name, is there when the work is done.
        PortalEvent.ImageTaskMoved { State: ImageTaskState.Done } e => e.Image == Name,
        PortalEvent.GroupUpdated => true,
        _ => false,
    };

    private string Shown(DateTimeOffset at) => Times.Exact(at, Zone ?? TimeZoneInfo.Utc);

    private bool IsCurrent(ImageHost host) => sight!.Versions.Any(v => v.Folder == ImageVersion.Current
        && v.Files.Exists(f => f.Name == host.File && f.Timestamp.Length > 0 && f.Timestamp == host.Timestamp));

    private async Task RestoreAsync(ImageVersion version)
    {
        var question = new ConfirmQuestion(Text["RestoreTitle", Shown(version.MadeAt)], Text["Restore"]) { Consequence = Text["RestoreConsequence"] };
        if (await Dialogs.ConfirmAsync(question))
            await RunAsync(() => Changes.RestoreAsync(Person, Name, version.Folder, Leaving), "Restored");
    }

    private async Task DeleteVersionAsync(ImageVersion version)
    {
        var question = new ConfirmQuestion(Text["DeleteVersionTitle", Shown(version.MadeAt)], Text["Delete"])
        {
            Consequence = Text["DeleteVersionConsequence", Sizes.Bytes(version.DiskSize)],
            Dangerous = true,
        };
        if (await Dialogs.ConfirmAsync(question))
            await RunAsync(() => Changes.DeleteVersionAsync(Person, Name, version.Folder, Leaving), "Deleted");
    }

    private async Task PinAsync(ImageVersion version) => await RunAsync(() => Changes.DescribeAsync(Person, Name, version.Folder, null, !version.Pinned, Leaving), null);

    private async Task NoteAsync((ImageVersion Version, string Note) said) =>
        await RunAsync(() => Changes.DescribeAsync(Person, Name, said.Version.Folder, said.Note, null, Leaving), null);

    private async Task VerifyAsync(ImageVersion version)
    {
        var (_, refusal) = await Wishes.BeginAsync(Person, new ImageWish(ImageTaskKind.Verify, Name, version.Folder), Leaving);
        if (refusal is not null)
            Snackbar.Add($"{TaskProblems.Sentence(WorkText, refusal)} {TaskProblems.Remedy(WorkText, refusal)}", Severity.Error);
    }

    private async Task DeleteAsync()
    {
        var groups = sight!.Groups.Select(g => g.Name).ToList();
        var question = new ConfirmQuestion(Text["DeleteTitle", Name], Text["Delete"])
        {
            Consequence = Text[groups.Count > 0 ? "DeleteInUse" : "DeleteConsequence", sight.Versions.Count, Sizes.Bytes(sight.Image.DiskSize)],
            Names = groups,
            TypedWord = Name,
            AlwaysTyped = true,
            Dangerous = true,
        };
        if (await Dialogs.ConfirmAsync(question) && await RunAsync(() => Changes.DeleteAsync(Person, Name, evenInUse: groups.Count > 0, Leaving), "Deleted"))
            Navigation.NavigateTo("/images");
    }

    private async Task<bool> RunAsync(Func<Task<ImageOutcome>> act, string? done)
    {
        isBusy = true;
        try
        {
            var outcome = await act();
            if (outcome != ImageOutcome.Done)
                Snackbar.Add(Text["Outcome." + outcome], Severity.Error);
            else if (done is not null)
                Snackbar.Add(Text[done], Severity.Success);
            return outcome == ImageOutcome.Done;
        }
        finally
        {
            isBusy = false;
        }
    }
}
