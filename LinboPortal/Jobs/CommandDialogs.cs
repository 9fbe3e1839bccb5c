using LinboPortal.Core.Accounts;
using MudBlazor;

namespace LinboPortal.Jobs;

/// <summary>Opens the command picker.</summary>
internal static class CommandDialogs
{
    extension(IDialogService dialogs)
    {
        /// <summary>Lets the person choose what the PCs shall do; null where nothing was sent.</summary>
        public async Task<JobOutcome.Created?> CommandAsync(Person person, CommandTarget target, string label, TimeZoneInfo zone)
        {
            var dialog = await dialogs.ShowAsync<CommandDialog>(
                label,
                new DialogParameters<CommandDialog> { { d => d.Of, target }, { d => d.Person, person }, { d => d.Label, label }, { d => d.Zone, zone } },
                new DialogOptions { MaxWidth = MaxWidth.Medium, FullWidth = true, CloseOnEscapeKey = true });
            return await dialog.Result is { Canceled: false, Data: JobOutcome.Created created } ? created : null;
        }
    }
}
