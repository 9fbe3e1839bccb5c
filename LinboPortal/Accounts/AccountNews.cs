namespace LinboPortal.Accounts;

/// <summary>Tells open pages and sockets of this portal that an account has changed, so that they need not ask all the time.</summary>
internal sealed class AccountNews
{
    /// <summary>Raised with the account's key after the change is saved.</summary>
    public event Action<Guid>? Changed;

    public void Tell(Guid account) => Changed?.Invoke(account);
}
