using LinboPortal.Api;
using LinboPortal.Infrastructure.Accounts;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Accounts;

/// <summary>The own password; a plain page, because the browser needs a new cookie then.</summary>
public sealed partial class AccountPage
{
    private string? problem;
    private bool isDone;
    private IReadOnlyList<SessionRow> sessions = [];

    [CascadingParameter]
    public required HttpContext Http { get; set; }

    [SupplyParameterFromForm(FormName = "account")]
    public PasswordInput? Input { get; set; }

    [Inject]
    internal AccountChanges Changes { get; set; } = null!;

    [Inject]
    internal UserManager<Account> Accounts { get; set; } = null!;

    [Inject]
    internal SignInLimits Limits { get; set; } = null!;

    [Inject]
    internal IStringLocalizer<SignInText> SignInText { get; set; } = null!;

    [Inject]
    internal AccountSessions Sessions { get; set; } = null!;

    protected override async Task OnParametersSetAsync() => await LoadSessionsAsync(AccountPrincipals.SessionOf(Http.User));

    private async Task LoadSessionsAsync(Guid? current)
    {
        if (AccountPrincipals.IdOf(Http.User) is { } id)
            sessions = await Sessions.ListAsync(id, current, Http.RequestAborted);
    }

    private async Task ChangeAsync()
    {
        if (AccountPrincipals.IdOf(Http.User) is not { } id || Input is null)
            return;
        if (Limits.Refuses(Http.Connection.RemoteIpAddress?.ToString() ?? "local", Http.User.Identity!.Name) is { } wait)
            problem = SignInText["TooMany", Shell.Sizes.Duration(wait)];
        else if (Input.Password != Input.Repeat)
            problem = SignInText["RepeatWrong"];
        else
            await ChangeAsync(id, Input.Current ?? "", Input.Password ?? "");
        if (problem is not null)
            PortalPaths.KeepPage(Http, StatusCodes.Status400BadRequest);
    }

    private async Task ChangeAsync(Guid id, string current, string password)
    {
        switch (await Changes.ChangeOwnPasswordAsync(Http.User.ToPerson(), id, current, password, Http.RequestAborted))
        {
            case AccountOutcome.Done when await Accounts.FindByIdAsync(id.ToString()) is { } account:
                await LoadSessionsAsync(await AccountCookie.SignInAsync(Http, account));
                isDone = true;
                break;
            case AccountOutcome.Invalid { Code: nameof(IdentityErrorDescriber.PasswordMismatch) }:
                problem = Text["WrongCurrent"];
                break;
            case AccountOutcome.Invalid(_, var code, var description):
                problem = IdentityErrors.Say(new IdentityError { Code = code, Description = description }, SignInText);
                break;
            default:
                problem = Text["Gone"];
                break;
        }
    }

    /// <summary>What is typed.</summary>
    public sealed class PasswordInput
    {
        public string? Current { get; set; }

        public string? Password { get; set; }

        public string? Repeat { get; set; }
    }
}
