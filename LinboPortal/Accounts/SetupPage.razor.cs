using LinboPortal.Api;
using LinboPortal.Infrastructure.Accounts;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;

namespace LinboPortal.Accounts;

/// <summary>Makes the first administrator for whoever has the setup code; leads to the login page ever after.</summary>
public sealed partial class SetupPage
{
    private string? problem;

    [CascadingParameter]
    public required HttpContext Http { get; set; }

    [SupplyParameterFromForm(FormName = "setup")]
    public SetupInput? Input { get; set; }

    [Inject]
    internal FirstAccount First { get; set; } = null!;

    [Inject]
    internal SetupCode Code { get; set; } = null!;

    [Inject]
    internal SignInLimits Limits { get; set; } = null!;

    [Inject]
    internal UserManager<Account> Accounts { get; set; } = null!;

    protected override async Task OnInitializedAsync()
    {
        if (await First.IsDoneAsync(Http.RequestAborted))
            Http.Response.Redirect("/login");
    }

    private async Task SetUpAsync()
    {
        if (await First.IsDoneAsync(Http.RequestAborted))
            return;
        var input = Input ?? new SetupInput();
        if (Limits.Refuses(Http.Connection.RemoteIpAddress?.ToString() ?? "local", userName: null) is { } wait)
            Refuse(Text["TooMany", Shell.Sizes.Duration(wait)], StatusCodes.Status429TooManyRequests);
        else if (!Code.Matches(input.Code))
            Refuse(Text["CodeWrong"], StatusCodes.Status401Unauthorized);
        else if (input.Password != input.Repeat)
            Refuse(Text["RepeatWrong"], StatusCodes.Status400BadRequest);
        else
            await CreateAsync(input.UserName?.Trim() ?? "", input.Password ?? "");
    }

    private async Task CreateAsync(string userName, string password)
    {
        if (await First.CreateAsync(userName, password, Http.RequestAborted) is [var error, ..])
        {
            Refuse(IdentityErrors.Say(error, Text), StatusCodes.Status400BadRequest);
            return;
        }

        // Somebody else may have been faster; then this is not the account that was made.
        if (await Accounts.FindByNameAsync(userName) is { } account && await Accounts.CheckPasswordAsync(account, password))
            await AccountCookie.SignInAsync(Http, account);
        Http.Response.Redirect("/");
    }

    private void Refuse(string why, int status)
    {
        problem = why;
        PortalPaths.KeepPage(Http, status);
    }

    /// <summary>What is typed at the first start.</summary>
    public sealed class SetupInput
    {
        public string? Code { get; set; }

        public string? UserName { get; set; }

        public string? Password { get; set; }

        public string? Repeat { get; set; }
    }
}
