using MudBlazor;

namespace LinboPortal.Shell;

/// <summary>A question before something that is hard to take back.</summary>
/// <param name="Title">What will happen, with the count: "Delete 3 PCs".</param>
/// <param name="Action">The word on the button: "Delete".</param>
public sealed record ConfirmQuestion(string Title, string Action)
{
    /// <summary>How many names make the person type <see cref="TypedWord"/>.</summary>
    public const int Many = 20;

    /// <summary>One sentence on what is lost, or what can be done to get it back.</summary>
    public string? Consequence { get; init; }

    /// <summary>The word on the button that leaves all as it is, where "Cancel" would read like the action; null for the usual one.</summary>
    public string? Dismiss { get; init; }

    /// <summary>Whom it concerns; the first dozen is shown.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Must be typed where there are <see cref="Many"/> names or more, or always where <see cref="AlwaysTyped"/>.</summary>
    public string? TypedWord { get; init; }

    /// <summary>Asks for <see cref="TypedWord"/> however few the names are.</summary>
    public bool AlwaysTyped { get; init; }

    /// <summary>Red button: data is lost.</summary>
    public bool Dangerous { get; init; }

    /// <summary>The word to type; null where a click is enough.</summary>
    public string? WordToType => AlwaysTyped || Names.Count >= Many ? TypedWord : null;
}

/// <summary>Asks a <see cref="ConfirmQuestion"/>.</summary>
internal static class ConfirmDialogs
{
    extension(IDialogService dialogs)
    {
        /// <summary>True where the person agreed.</summary>
        public async Task<bool> ConfirmAsync(ConfirmQuestion question)
        {
            var dialog = await dialogs.ShowAsync<ConfirmDialog>(
                question.Title, new DialogParameters<ConfirmDialog> { { d => d.Question, question } });
            return await dialog.Result is { Canceled: false };
        }
    }
}
