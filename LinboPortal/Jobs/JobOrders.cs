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
        SendAsync(title, consent => dispatcher.DispatchAsync(person, request with { Confirmed = consent.Confirmed, WhenBusy = consent.WhenBusy }, ct)!);

    /// <summary>The same for what is not a request: running again, duplicating.</summary>
    public async Task<(JobOutcome.Created? Created, IReadOnlyList<string>? Wrong)> SendAsync(string title, Func<JobConsent, Task<JobOutcome?>> send)
    {
        var consent = new JobConsent(Confirmed: false, BusyRule.Refuse);
        var outcome = await send(consent);
        if (outcome is JobOutcome.NeedsConfirmation asked)
        {
            if (!await dialogs.ConfirmAsync(words.Commands.Question(title, asked)))
                return (null, null);
            outcome = await send(consent = consent with { Confirmed = true });
        }

        if (outcome is JobOutcome.HostsBusy busy)
        {
            if (await AskAsync(title, busy) is not { } rule)
                return (null, null);
            outcome = await send(consent with { WhenBusy = rule });
        }

        return outcome is JobOutcome.Created created ? (created, null) : (null, words.Commands.Refusal(outcome));
    }

    private async Task<BusyRule?> AskAsync(string title, JobOutcome.HostsBusy busy)
    {
        var dialog = await dialogs.ShowAsync<BusyDialog>(
            title, new DialogParameters<BusyDialog> { { d => d.Busy, busy.Jobs }, { d => d.OnlyBusy, busy.Jobs.Sum(j => j.Pcs) >= busy.Pcs } });
        return await dialog.Result is { Canceled: false, Data: BusyRule rule } ? rule : null;
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

/// <summary>What a person has agreed to: data may be lost, and what is done about PCs that another job works on.</summary>
internal sealed record JobConsent(bool Confirmed, BusyRule WhenBusy);
