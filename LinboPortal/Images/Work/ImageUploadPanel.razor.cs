using LinboPortal.Core.Images;
using LinboPortal.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Microsoft.JSInterop;

namespace LinboPortal.Images.Work;

/// <summary>Files that become images; the browser's part is <c>upload.js</c>.</summary>
public sealed partial class ImageUploadPanel : ComponentBase, IAsyncDisposable
{
    private ElementReference box;
    private List<ChosenFile> files = [];
    private DotNetObjectReference<ImageUploadPanel>? self;
    private IJSObjectReference? module;
    private IJSObjectReference? chooser;

    private static string Accepted => string.Join(',', ImageSource.AllEndings.Append("info").Select(e => "." + e));

    /// <summary>A file as the browser tells of it.</summary>
    public sealed record BrowserFile(string Name, long Size, bool HasInfo);

    /// <summary>Why the portal did not take a file.</summary>
    public sealed record BrowserRefusal(string Detail, string? Remedy);

    /// <summary>Called by the browser.</summary>
    [JSInvokable]
    public Task FilesChosen(IReadOnlyList<BrowserFile> chosen) => InvokeAsync(() =>
    {
        files = [.. chosen.Select((f, i) => new ChosenFile(i, f.Name, f.Size, f.HasInfo) { Image = NameFrom(f.Name) })];
        StateHasChanged();
    });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        self?.Dispose();
        try
        {
            if (chooser is not null)
                await chooser.DisposeAsync();
            if (module is not null)
                await module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone, and the module with it.
        }
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        self = DotNetObjectReference.Create(this);
        module = await Js.InvokeAsync<IJSObjectReference>("import", "/lib/upload.js");
        chooser = await module.InvokeAsync<IJSObjectReference>("attach", box, self);
    }

    private static void Name(ChosenFile file, string image) => file.Image = image.Trim();

    private async Task StartAsync(ChosenFile file)
    {
        if (!await AgreesAsync(file.Image))
            return;
        file.IsBusy = true;
        file.Refusal = await chooser!.InvokeAsync<BrowserRefusal?>("start", file.Index, file.Image);
        file.IsBusy = false;
        if (file.Refusal is null)
            files.Remove(file);
    }

    /// <summary>Asks before an image that groups use is replaced: their PCs get the new one at their next synchronisation.</summary>
    private async Task<bool> AgreesAsync(string image)
    {
        if (!Known.IsThere(image) || (await Use.ReadAsync(CancellationToken.None))[image].ToList() is not { Count: > 0 } groups)
            return true;
        return await Dialogs.ConfirmAsync(Replacing(Text, image, groups));
    }

    /// <summary>What replacing an image means for those who use it.</summary>
    internal static ConfirmQuestion Replacing(IStringLocalizer<ImageWorkText> text, string image, IReadOnlyList<ImageGroup> groups)
    {
        var pcs = groups.Sum(g => g.Hosts);
        return new ConfirmQuestion(pcs == 1 ? text["Replace.TitleOne", image] : text["Replace.Title", image, Sizes.Count(pcs)], text["Replace"])
        {
            Consequence = groups.Count == 1 ? text["Replace.WhyOne", groups[0].Name] : text["Replace.Why", Sizes.Count(groups.Count)],
            Names = groups.Count == 1 ? [] : [.. groups.Select(g => g.Name)],
        };
    }

    private async Task ClearAsync()
    {
        files = [];
        await chooser!.InvokeVoidAsync("clear");
    }

    /// <summary>The file's own name as far as it can be an image's.</summary>
    private static string NameFrom(string file)
    {
        var stem = ImageSource.TryParse(file, out var source) ? source.Stem : file;
        return string.Concat(stem.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '-')).Trim('-');
    }

    private sealed record ChosenFile(int Index, string Name, long Size, bool HasInfo)
    {
        public string Image { get; set; } = "";

        public bool IsBusy { get; set; }

        public BrowserRefusal? Refusal { get; set; }

        public bool IsNamed => ImageName.TryParseNew(Image, out _);
    }
}
