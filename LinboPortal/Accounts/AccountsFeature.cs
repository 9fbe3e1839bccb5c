namespace LinboPortal.Accounts;

/// <summary>Who may do what: sign-in, setup, tokens, permissions.</summary>
internal static class AccountsFeature
{
    public static WebApplicationBuilder AddAccounts(this WebApplicationBuilder builder)
    {
        builder.Services.AddPermissionPolicies();
        return builder;
    }

    public static WebApplication MapAccounts(this WebApplication app) => app;
}
