using LinboPortal.Core;
using LinboPortal.Infrastructure.Accounts;
using Microsoft.AspNetCore.Identity;

namespace LinboPortal.Accounts;

/// <summary>How an attempt to sign in ended.</summary>
internal abstract record SignInOutcome
{
    private SignInOutcome()
    {
    }

    /// <summary>It is this account.</summary>
    internal sealed record Done(Account Account) : SignInOutcome;

    /// <summary>No such account, or not its password: nobody learns which.</summary>
    internal sealed record Wrong : SignInOutcome;

    /// <summary>The password is right, but an administrator has disabled the account.</summary>
    internal sealed record Disabled : SignInOutcome;

    /// <summary>Too many wrong passwords.</summary>
    internal sealed record Locked(TimeSpan Wait) : SignInOutcome;

    /// <summary>Too many attempts.</summary>
    internal sealed record TooMany(TimeSpan Wait) : SignInOutcome;
}

/// <summary>Checks name and password, for the login page and for the token endpoint alike.</summary>
internal sealed partial class SignIn(UserManager<Account> accounts, SignInLimits limits, TimeProvider time, ILogger<SignIn> log)
{
    // Hashing something takes as long for a name that does not exist as for one that does.
    private static readonly Lazy<string> SomeHash = new(() => new PasswordHasher<Account>().HashPassword(new Account(), "nobody"));

    public async Task<SignInOutcome> TryAsync(string? userName, string? password, HttpContext http)
    {
        var address = http.Connection.RemoteIpAddress?.ToString() ?? "local";
        var outcome = await TryAsync(userName?.Trim() ?? "", password ?? "", address);
        var name = Readable(userName);
        if (outcome is SignInOutcome.Done)
            LogDone(name, address);
        else
            LogRefused(name, address, outcome.GetType().Name);
        return outcome;
    }

    private async Task<SignInOutcome> TryAsync(string userName, string password, string address)
    {
        if (limits.Refuses(address, userName) is { } wait)
            return new SignInOutcome.TooMany(wait);
        if (userName.Length is 0 or > 256 || password.Length is 0 or > 1024 || BrokenText.IsIn(userName) || BrokenText.IsIn(password))
            return new SignInOutcome.Wrong();
        var account = await accounts.FindByNameAsync(userName);
        if (account is null)
        {
            accounts.PasswordHasher.VerifyHashedPassword(new Account(), SomeHash.Value, password);
            return new SignInOutcome.Wrong();
        }

        var now = time.GetUtcNow();
        if (account.IsLocked(now))
            return new SignInOutcome.Locked(account.LockoutEnd!.Value - now);
        if (!await accounts.CheckPasswordAsync(account, password))
            return await CountAsync(account);
        if (account.IsDisabled())
            return new SignInOutcome.Disabled();
        await accounts.ResetAccessFailedCountAsync(account);
        return new SignInOutcome.Done(account);
    }

    private async Task<SignInOutcome> CountAsync(Account account)
    {
        if (account.IsDisabled())
            return new SignInOutcome.Wrong(); // counting would set an end to what has none
        await accounts.AccessFailedAsync(account);
        var now = time.GetUtcNow();
        return account.IsLocked(now) ? new SignInOutcome.Locked(account.LockoutEnd!.Value - now) : new SignInOutcome.Wrong();
    }

    /// <summary>A name that a stranger sent must not write lines of its own into the log.</summary>
    private static string Readable(string? name) => new([.. (name ?? "").Take(64).Select(c => char.IsControl(c) ? '?' : c)]);

    [LoggerMessage(LogLevel.Information, "{UserName} signed in from {Address}")]
    private partial void LogDone(string userName, string address);

    [LoggerMessage(LogLevel.Warning, "Sign-in of {UserName} from {Address} refused: {Reason}")]
    private partial void LogRefused(string userName, string address, string reason);
}
