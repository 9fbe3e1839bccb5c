using LinboPortal.Core.Accounts;
using Microsoft.AspNetCore.Authorization;

namespace LinboPortal.Accounts;

/// <summary>One policy a permission, by its name; whatever names none is closed.</summary>
internal static class PermissionPolicies
{
    /// <summary>Closes an endpoint to everybody: strangers are asked to sign in, signed-in people are refused.</summary>
    public static AuthorizationPolicy Closed { get; } = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().RequireAssertion(_ => false).Build();

    public static IServiceCollection AddPermissionPolicies(this IServiceCollection services)
    {
        var authorization = services.AddAuthorizationBuilder().SetFallbackPolicy(Closed);
        foreach (var permission in Permission.All)
            authorization.AddPolicy(permission, policy => policy.RequireAuthenticatedUser().RequireClaim(PersonClaims.PermissionType, permission));
        return services;
    }
}
