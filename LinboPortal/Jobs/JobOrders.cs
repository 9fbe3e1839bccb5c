using LinboPortal.Core.Accounts;
using LinboPortal.Core.Jobs;
using LinboPortal.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using MudBlazor;

namespace LinboPortal.Jobs;

/// <summary>The texts of pages that give orders.</summary>
internal sealed record JobWords(IStringLocalizer<JobsText> Jobs, IStringLocalizer<CommandsText> Commands);

/// <summary>Gives orders from pages: sends the request, asks where data is lost, says what became of it. One for each circuit.</summary>
internal sealed class JobOrders(
    JobDispatcher dispatcher, IDialogService dialogs, ISnackbar snackbar, NavigationManager navigation, JobWords words)
{
    /// <summary>Makes the job; asks first where data is lost.</summary>
    /// <returns>The new job, or null with what is wrong; both null where the person thought better of it.</returns>
    public Task<(JobOutcome.Created? Created, IReadOnlyList<string>? Wrong)> SendAsync(Person person, JobRequest request, string title, CancellationToken ct) =>
        SendAsync(title, confirmed => dispatcher.DispatchAsync(person, request with { Confirmed = confirmed }, ct)!);

    /// <summary>The same for what is not a request: running again, duplicating.</summary>
    public async Task<(JobOutcome.Created? Created, IReadOnlyList<string>? Wrong)> SendAsync(string title, Func<bool, Task<JobOutcome?>> send)
    {
        var outcome = await send(false);
        if (outcome is JobOutcome.NeedsConfirmation asked)
        {
            if (!await dialogs.ConfirmAsync(words.Commands.Question(title, asked)))
                return (null, null);
            outcome = await send(true);
        }

        return outcome is JobOutcome.Created created ? (created, null) : (null, words.Commands.Refusal(outcome));
    }

    /// <summary>Says that a job is on its way, with the way to it.</summary>
    public void Say(JobOutcome.Created created, string pcs) => snackbar.Add(words.Commands["Created", created.Number, pcs], Severity.Success, options =>
    {
        options.Action = words.Commands["ToJob"];
        options.OnClick = _ =>
        {
            navigation.NavigateTo($"/jobs/{created.Number}");
            return Task.CompletedTask;
        };
    });

    /// <summary>The same, with the number of PCs.</summary>
    public void Say(JobOutcome.Created created, int pcs) => Say(created, words.Jobs.Pcs(pcs));

    /// <summary>Says why there is no job.</summary>
    public void Say(IReadOnlyList<string> wrong) => snackbar.Add($"{words.Commands["Failed.Title"]}: {string.Join(" ", wrong)}", Severity.Error);
}
