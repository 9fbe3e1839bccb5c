using System.Globalization;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Core.Images;
using LinboPortal.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace LinboPortal.Images.Work;

/// <summary>Work on one image, or on all of them.</summary>
public sealed partial class ImageWork : LivePage
{
    private const int Most = 20;
    private static readonly TimeSpan Recent = TimeSpan.FromDays(1);

    private readonly Dictionary<Guid, (long? Speed, TimeSpan? Left)> paces = [];
    private IReadOnlyList<ImageTask> tasks = [];
    private IReadOnlyDictionary<string, string> transfers = new Dictionary<string, string>();
    private DotNetObjectReference<ImageWork>? self;
    private IJSObjectReference? module;

    /// <summary>The image; null for all.</summary>
    [Parameter]
    public string? Image { get; set; }

    [CascadingParameter]
    internal Person Person { get; set; } = null!;

    /// <summary>The browser's zone.</summary>
    [CascadingParameter]
    public TimeZoneInfo? Zone { get; set; }

    private bool MayEdit => Person.May(Permission.ImagesEdit);

    /// <summary>Called by the browser: what becomes of the files that it sends.</summary>
    [JSInvokable]
    public Task TransfersChanged(IReadOnlyDictionary<string, string> states) => InvokeAsync(() =>
    {
        transfers = states;
        StateHasChanged();
    });

    /// <inheritdoc/>
    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        var since = Time.GetUtcNow() - Recent;
        // What ended well shows in the list of images itself.
        tasks = [.. (await Tasks.ListAsync(Image, onlyOpen: false, Most, cancellationToken))
            .Where(t => t.EndedAt is null || (t.EndedAt > since && (Image is not null || t.State == ImageTaskState.Failed)))];
    }

    /// <inheritdoc/>
    protected override bool Concerns(PortalEvent portalEvent) => portalEvent is PortalEvent.ImageTaskMoved moved
        && (Image is null || moved.Image == Image || tasks.Any(t => t.Id == moved.TaskId));

    /// <inheritdoc/>
    protected override async Task ApplyAsync(IReadOnlyList<PortalEvent> events, CancellationToken cancellationToken)
    {
        var isKnown = true;
        foreach (var moved in events.OfType<PortalEvent.ImageTaskMoved>())
        {
            var task = tasks.FirstOrDefault(t => t.Id == moved.TaskId);
            isKnown &= task is not null && task.State == moved.State;
            paces[moved.TaskId] = (moved.Speed, moved.Left);
            if (task is not null)
                (task.Bytes, task.Size) = (moved.Bytes, moved.Size);
        }

        // Numbers come with the event; what begins or ends is read anew.
        if (!isKnown)
            await LoadAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender || !MayEdit)
            return;
        self = DotNetObjectReference.Create(this);
        module = await Js.InvokeAsync<IJSObjectReference>("import", "/lib/upload.js");
        await module.InvokeVoidAsync("listen", self);
    }

    /// <inheritdoc/>
    protected override void Leave() => self?.Dispose();

    private static string Percent(ImageTask task) =>
        (task.Size > 0 ? 100.0 * task.Bytes / task.Size : 0).ToString("0.##", CultureInfo.InvariantCulture);

    private static bool IsMoving(ImageTask task, string? mine) =>
        task.State == ImageTaskState.Running || (task.State == ImageTaskState.Receiving && mine is null or "sending");

    private string What(ImageTask task) => Text["Kind." + task.Kind, task.File, task.Source];

    private string State(ImageTask task, string? mine) => task.State switch
    {
        ImageTaskState.Receiving when mine is not null => Text["Transfer." + mine],
        ImageTaskState.Receiving when paces.GetValueOrDefault(task.Id).Speed is null => Text["Transfer.away"],
        ImageTaskState.Failed => Text["State.Failed"] + ": " + Images["Problem." + task.Problem],
        var state => Text["State." + state],
    };

    private async Task TellAsync(string what, ImageTask task) => await module!.InvokeVoidAsync(what, task.Id.ToString());

    private async Task CancelAsync(ImageTask task)
    {
        var question = new ConfirmQuestion(Text["CancelTitle", task.File], Text["Cancel"]) { Consequence = Text["CancelConsequence"] };
        if (task.State == ImageTaskState.Receiving && !await Dialogs.ConfirmAsync(question))
            return;
        if (module is not null)
            await module.InvokeVoidAsync("pause", task.Id.ToString());
        await Tasks.CancelAsync(Person, task.Id, Leaving);
        await LoadAsync(Leaving);
    }
}
