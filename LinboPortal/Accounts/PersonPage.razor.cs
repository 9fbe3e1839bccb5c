using LinboPortal.Core.Accounts;
using LinboPortal.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Localization;
using MudBlazor;

namespace LinboPortal.Accounts;

/// <summary>One account: to add, change, disable, delete.</summary>
public sealed partial class PersonPage
{
    private IReadOnlyList<RoomName>? rooms;
    private AccountRow? row;
    private bool isMissing;
    private bool busy;
    private string? problem;
    private string userName = "";
    private string password = "";
    private Role role = Role.Teacher;
    private HashSet<Guid> chosen = [];
    private bool disabled;

    /// <summary>Key of the account; null where one is added.</summary>
    [Parameter]
    public Guid? Id { get; set; }

    [CascadingParameter]
    public required Person Person { get; set; }

    [Inject]
    internal AccountList List { get; set; } = null!;

    [Inject]
    internal AccountChanges Changes { get; set; } = null!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = null!;

    [Inject]
    internal ISnackbar Snackbar { get; set; } = null!;

    [Inject]
    internal IDialogService Dialogs { get; set; } = null!;

    [Inject]
    internal IStringLocalizer<SignInText> SignInText { get; set; } = null!;

    private bool IsNew => Id is null;

    private string Title => IsNew ? Text["Add"] : row?.UserName ?? Text["People"];

    private AccountDraft Draft => new(role, role is Role.Teacher ? chosen : [], disabled);

    protected override Task OnParametersSetAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        rooms = await List.RoomsAsync(CancellationToken.None); // short, and the page may be gone by then without harm
        if (Id is not { } id)
            return;
        row = await List.FindAsync(id.ToString(), CancellationToken.None);
        isMissing = row is null;
        if (row is not null)
            (role, chosen, disabled) = (row.Role, [.. row.Rooms.Select(r => r.Id)], row.Disabled);
    }

    private void Toggle(Guid room)
    {
        if (!chosen.Remove(room))
            chosen.Add(room);
    }

    private Task SaveAsync() => Id is { } id
        ? ChangeAsync(() => Changes.UpdateAsync(Person, id, Draft, row?.Version, CancellationToken.None), Text["Saved"])
        : ChangeAsync(() => Changes.CreateAsync(Person, userName, password, Draft, CancellationToken.None), Text["Created", userName], leave: true);

    private Task ResetAsync() =>
        ChangeAsync(() => Changes.ResetPasswordAsync(Person, Id!.Value, password, CancellationToken.None), Text["PasswordSet"]);

    private Task UnlockAsync() => ChangeAsync(() => Changes.UnlockAsync(Person, Id!.Value, CancellationToken.None), Text["Unlocked"]);

    private async Task DeleteAsync()
    {
        var question = new ConfirmQuestion(Text["DeleteTitle", row!.UserName], Text["Delete"]) { Consequence = Text["DeleteWhy"], Dangerous = true };
        if (await Dialogs.ConfirmAsync(question))
            await ChangeAsync(() => Changes.DeleteAsync(Person, row.Id, CancellationToken.None), Text["Deleted", row.UserName], leave: true);
    }

    // What was begun is finished, also when the person leaves the page meanwhile: hence no token.
    private async Task ChangeAsync(Func<Task<AccountOutcome>> change, string done, bool leave = false)
    {
        if (busy)
            return;
        busy = true;
        problem = null;
        try
        {
            var outcome = await change();
            if (outcome is AccountOutcome.Done)
            {
                password = "";
                Snackbar.Add(done, Severity.Success);
                if (leave)
                {
                    Navigation.NavigateTo("/people");
                    return;
                }
            }
            else
            {
                problem = Explain(outcome);
            }

            if (outcome is AccountOutcome.Done or AccountOutcome.Conflict or AccountOutcome.NotFound)
                await LoadAsync();
        }
        finally
        {
            busy = false;
        }
    }

    private string Explain(AccountOutcome outcome) => outcome switch
    {
        AccountOutcome.NotFound => Text["Gone"],
        AccountOutcome.Conflict => Text["Conflict"],
        AccountOutcome.LastAdministrator => Text["LastAdministrator"],
        AccountOutcome.Invalid { Code: "UnknownRoom" } => Text["UnknownRoom"],
        AccountOutcome.Invalid(_, var code, var description) =>
            IdentityErrors.Say(new IdentityError { Code = code, Description = description }, SignInText),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
    };
}
