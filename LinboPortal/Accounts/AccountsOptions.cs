using System.ComponentModel.DataAnnotations;

namespace LinboPortal.Accounts;

/// <summary>Settings of sign-in.</summary>
internal sealed class AccountsOptions
{
    public const string Section = "Accounts";

    /// <summary>A password shorter than this is refused everywhere.</summary>
    public const int ShortestPassword = 10;

    /// <summary>Makes the account <c>admin</c> at the first start; empty = a setup code is printed instead.</summary>
    public string InitialAdminPassword { get; set; } = "";

    /// <summary>Whether cookies are sent over https only: <c>SameAsRequest</c> (as the person came), <c>Always</c>, <c>None</c>.</summary>
    public CookieSecurePolicy SecureCookies { get; set; } = CookieSecurePolicy.SameAsRequest;

    /// <summary>
    /// Encrypts the keys of cookies and tokens that lie in the database; empty = <c>keys/data-protection.key</c> in the data directory. Portals that
    /// share a database share this file.
    /// </summary>
    public string KeyFile { get; set; } = "";

    /// <summary>How long a bearer token is good for.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00", ErrorMessage = "Accounts:TokenLifetime must lie between 00:01:00 and 1.00:00:00.")]
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a browser stays signed in in which nobody does anything, open pages included.</summary>
    [Range(typeof(TimeSpan), "00:05:00", "30.00:00:00", ErrorMessage = "Accounts:SessionLifetime must lie between 00:05:00 and 30.00:00:00.")]
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromHours(10);

    /// <summary>After how long a browser has to sign in again, however busy it is.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "365.00:00:00", ErrorMessage = "Accounts:SessionMaximum must lie between 01:00:00 and 365.00:00:00.")]
    public TimeSpan SessionMaximum { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Sign-ins a minute from one address; a whole school may come from one.</summary>
    [Range(1, 100_000, ErrorMessage = "Accounts:AttemptsPerAddress must lie between 1 and 100000.")]
    public int AttemptsPerAddress { get; set; } = 60;

    /// <summary>Sign-ins a minute for one account.</summary>
    [Range(1, 100_000, ErrorMessage = "Accounts:AttemptsPerAccount must lie between 1 and 100000.")]
    public int AttemptsPerAccount { get; set; } = 12;

    /// <summary>Pages open at once, over all people.</summary>
    [Range(1, 100_000, ErrorMessage = "Accounts:Circuits must lie between 1 and 100000.")]
    public int Circuits { get; set; } = 500;

    /// <summary>Pages open at once for one person.</summary>
    [Range(1, 10_000, ErrorMessage = "Accounts:CircuitsPerPerson must lie between 1 and 10000.")]
    public int CircuitsPerPerson { get; set; } = 30;
}
