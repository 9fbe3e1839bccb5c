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

    /// <summary>Too many attempts.</summary>
    internal sealed record TooMany(TimeSpan Wait) : SignInOutcome;
}

/// <summary>
/// Checks name and password, for the login page and for the token endpoint alike. What is answered, and how long that takes, does not depend on
/// whether there is such an account.
/// </summary>
internal sealed partial class SignIn(UserManager<Account> accounts, SignInLimits limits, SignInSources sources, ILogger<SignIn> log)
{
    private static string? someHash;

    public async Task<SignInOutcome> TryAsync(string? userName, string? password, HttpContext http)
    {
        var address = SignInSources.SourceOf(http.Connection.RemoteIpAddress);
        var outcome = await TryAsync(userName?.Trim() ?? "", password ?? "", address, http.RequestAborted);
        var name = Readable(userName);
        if (outcome is SignInOutcome.Done)
            LogDone(name, address);
        else
            LogRefused(name, address, outcome.GetType().Name);
        return outcome;
    }

    private async Task<SignInOutcome> TryAsync(string userName, string password, string address, CancellationToken ct)
    {
        if (userName.Length is 0 or > 256 || password.Length is 0 or > 1024 || BrokenText.IsIn(userName) || BrokenText.IsIn(password))
            return limits.IsCrowded(address) ? new SignInOutcome.TooMany(SignInLimits.Window) : new SignInOutcome.Wrong();
        var source = await sources.FindAsync(userName, address, ct);
        if (sources.WaitOf(source) is var wait && wait > TimeSpan.Zero)
            return new SignInOutcome.TooMany(wait);
        var isKnown = source?.SignedInAt is not null;
        if (!isKnown && limits.RefusesAccount(userName) is { } crowded)
            return new SignInOutcome.TooMany(crowded);
        // A whole school may come from one address: who comes from a crowded one waits in a queue, and is not refused for what others try.
        var slowness = isKnown ? SignInSources.SlownessOf(source!) : limits.IsCrowded(address) ? SignInLimits.Slowness : TimeSpan.Zero;
        if (slowness > TimeSpan.Zero && !await limits.SlowDownAsync(slowness, ct))
            return new SignInOutcome.TooMany(SignInLimits.Window);
        return await CheckAsync(userName, password, address, ct);
    }

    private async Task<SignInOutcome> CheckAsync(string userName, string password, string address, CancellationToken ct)
    {
        someHash ??= accounts.PasswordHasher.HashPassword(new Account(), "nobody");
        var account = await accounts.FindByNameAsync(userName);
        // Hashing takes as long for a name that does not exist as for one that does.
        if (account is null)
            accounts.PasswordHasher.VerifyHashedPassword(new Account(), someHash, password);
        if (account is null || !await accounts.CheckPasswordAsync(account, password))
        {
            await sources.FailedAsync(userName, address, ct);
            return new SignInOutcome.Wrong();
        }

        if (account.IsDisabled())
            return new SignInOutcome.Disabled();
        await sources.SignedInAsync(userName, address, ct);
        return new SignInOutcome.Done(account);
    }

    /// <summary>A name that a stranger sent must not write lines of its own into the log.</summary>
    private static string Readable(string? name) => new([.. (name ?? "").Take(64).Select(c => char.IsControl(c) ? '?' : c)]);

    [LoggerMessage(LogLevel.Information, "{UserName} signed in from {Address}")]
    private partial void LogDone(string userName, string address);

    [LoggerMessage(LogLevel.Warning, "Sign-in of {UserName} from {Address} refused: {Reason}")]
    private partial void LogRefused(string userName, string address, string reason);
}
