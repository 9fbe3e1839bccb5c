using LinboPortal.Infrastructure.Accounts;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace LinboPortal.Accounts;

/// <summary>Makes and reads short-lived bearer tokens: tickets that only portals on this database can open.</summary>
internal sealed class AccountTokens(IDataProtectionProvider protection, IOptions<AccountsOptions> options, TimeProvider time)
{
    public const string Scheme = "Bearer";

    private readonly TicketDataFormat format = new(protection.CreateProtector("LinboPortal.AccountToken"));

    /// <summary>A new token for the account.</summary>
    public (string Token, DateTimeOffset ExpiresAt) Create(Account account, TimeSpan? lifetime = null)
    {
        var expires = time.GetUtcNow() + (lifetime ?? options.Value.TokenLifetime);
        var ticket = new AuthenticationTicket(
            AccountPrincipals.Identify(account, Scheme), new AuthenticationProperties { ExpiresUtc = expires }, Scheme);
        return (format.Protect(ticket), expires);
    }

    /// <summary>What a token says; null where it is none of ours or its time is up.</summary>
    public AuthenticationTicket? Read(string token) =>
        format.Unprotect(token) is { Properties.ExpiresUtc: { } expires } ticket && expires > time.GetUtcNow() ? ticket : null;
}
