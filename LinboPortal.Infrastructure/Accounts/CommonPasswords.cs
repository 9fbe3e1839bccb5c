namespace LinboPortal.Infrastructure.Accounts;

/// <summary>
/// Passwords that are found early by somebody who tries known ones, and what people make of them: capitals, digits behind, signs for letters, rows of
/// keys, dates. The list and the estimate are those of zxcvbn.
/// </summary>
public static class CommonPasswords
{
    /// <summary>As many guesses as two to the power of this: ten times the 100,000 most common passwords.</summary>
    private const double LeastBits = 20;

    /// <summary>What is behind this is not looked at: the estimate grows with the square of the length.</summary>
    private const int LongestPart = 64;

    private static readonly string[] WordsOfHere = ["linuxmuster", "linboportal", "linbo", "passwort", "administrator", "schule", "lehrer", "schueler"];

    /// <summary>True where the password would be found early.</summary>
    /// <param name="password">The password.</param>
    /// <param name="names">Names that are tried first as well.</param>
    public static bool IsEasy(string password, IEnumerable<string> names) =>
        Zxcvbn.Zxcvbn.MatchPassword(password.Length > LongestPart ? password[..LongestPart] : password, [.. WordsOfHere, .. names.Where(n => n.Length > 0)]).Entropy < LeastBits;
}
