using LinboPortal.Api;
using LinboPortal.Shell;
using Microsoft.AspNetCore.Components;

namespace LinboPortal.Accounts;

/// <summary>The door: a plain page, because a circuit cannot set a cookie.</summary>
public sealed partial class LoginPage
{
    private string? problem;

    [CascadingParameter]
    public required HttpContext Http { get; set; }

    [SupplyParameterFromForm(FormName = "login")]
    public LoginInput? Input { get; set; }

    [SupplyParameterFromQuery(Name = "returnUrl")]
    public string? ReturnUrl { get; set; }

    [Inject]
    internal SignIn SignIn { get; set; } = null!;

    [Inject]
    internal FirstAccount First { get; set; } = null!;

    protected override async Task OnInitializedAsync()
    {
        if (Input is not null)
            return;
        if (Http.User.Identity is { IsAuthenticated: true })
            Http.Response.Redirect(PortalPaths.LocalOrHome(ReturnUrl));
        else if (!await First.IsDoneAsync(Http.RequestAborted))
            Http.Response.Redirect("/setup");
    }

    private async Task SignInAsync()
    {
        try
        {
            var outcome = await SignIn.TryAsync(Input?.UserName, Input?.Password, Http);
            if (outcome is SignInOutcome.Done(var account))
            {
                await AccountCookie.SignInAsync(Http, account);
                Http.Response.Redirect(PortalPaths.LocalOrHome(ReturnUrl));
                return;
            }

            (problem, var status) = outcome switch
            {
                SignInOutcome.TooMany(var wait) => (Text["TooMany", Sizes.Duration(wait)], StatusCodes.Status429TooManyRequests),
                SignInOutcome.Disabled => (Text["Disabled"], StatusCodes.Status401Unauthorized),
                _ => ((string)Text["Wrong"], StatusCodes.Status401Unauthorized),
            };
            PortalPaths.KeepPage(Http, status);
        }
        catch (Exception e) when (DatabaseGone.Explains(e))
        {
            problem = Text["DatabaseAway"];
            PortalPaths.KeepPage(Http, StatusCodes.Status503ServiceUnavailable);
        }
    }

    /// <summary>What is typed at the door.</summary>
    public sealed class LoginInput
    {
        public string? UserName { get; set; }

        public string? Password { get; set; }
    }
}
