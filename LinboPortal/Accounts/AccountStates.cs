using LinboPortal.Infrastructure.Accounts;

namespace LinboPortal.Accounts;

/// <summary>A disabled account is one that is locked out for good; a lockout after wrong passwords ends by itself.</summary>
internal static class AccountStates
{
    /// <summary>The end of the lockout of a disabled account.</summary>
    public static DateTimeOffset Never { get; } = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);

    extension(Account account)
    {
        /// <summary>An administrator has disabled it: no sign-in, and what is signed in ends.</summary>
        public bool IsDisabled() => account.LockoutEnd >= Never;

        /// <summary>Too many wrong passwords: no sign-in for a while.</summary>
        public bool IsLocked(DateTimeOffset now) => account.LockoutEnd > now && !account.IsDisabled();
    }
}
