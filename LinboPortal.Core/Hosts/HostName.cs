using System.Globalization;

namespace LinboPortal.Core.Hosts;

/// <summary>The rules for names of hosts and rooms (linbo.md 6.2).</summary>
public readonly record struct HostName
{
    /// <summary>What Active Directory (NetBIOS) allows, including the school's prefix.</summary>
    public const int MaxLengthInDirectory = 15;

    /// <summary>What DNS allows.</summary>
    public const int MaxLength = 63;

    private HostName(string value) => Value = value;

    /// <summary>The name as the network knows it: lower case, with the school's prefix.</summary>
    public string Value { get; }

    /// <summary>What a school other than the default one puts before its host names: <c>school-</c>.</summary>
    public static string Prefix(string school) =>
        school.Equals(Host.DefaultSchool, StringComparison.OrdinalIgnoreCase) ? "" : school.ToLowerInvariant() + "-";

    /// <summary>Makes the name of a host from the text in devices.csv.</summary>
    /// <param name="text">The name without the school's prefix.</param>
    /// <param name="school">The school.</param>
    /// <param name="role">sophomorixRole: hosts with an account in the directory may have 15 characters only.</param>
    /// <param name="name">The name.</param>
    /// <returns>Null where the name is good, else what is wrong.</returns>
    public static HostIssue? Read(string text, string school, string role, out HostName name)
    {
        name = default;
        if (CheckAlphabet(HostField.Name, text) is { } issue)
            return issue;
        if (text.All(char.IsAsciiDigit))
            return new HostIssue(HostField.Name, HostProblem.OnlyDigits, text);
        var whole = Prefix(school) + text.ToLowerInvariant();
        var limit = HostRoles.HasDirectoryAccount(role) ? MaxLengthInDirectory : MaxLength;
        if (whole.Length > limit)
            return new HostIssue(HostField.Name, HostProblem.TooLong, whole, limit.ToString(CultureInfo.InvariantCulture));
        name = new HostName(whole);
        return null;
    }

    /// <summary>Checks the name of a room: the alphabet of host names, digits alone are fine.</summary>
    public static HostIssue? CheckRoom(string text) => CheckAlphabet(HostField.Room, text)
        ?? (text.Length > MaxLength
            ? new HostIssue(HostField.Room, HostProblem.TooLong, text, MaxLength.ToString(CultureInfo.InvariantCulture))
            : null);

    /// <summary>The name as devices.csv has it: without the school's prefix.</summary>
    public static string WithoutPrefix(string name, string school)
    {
        var prefix = Prefix(school);
        return name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? name[prefix.Length..] : name;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;

    private static HostIssue? CheckAlphabet(HostField field, string text)
    {
        if (text.Length == 0)
            return new HostIssue(field, HostProblem.Missing, text);
        foreach (var rune in text.EnumerateRunes())
        {
            if (!rune.IsAscii || !(char.IsAsciiLetterOrDigit((char)rune.Value) || rune.Value == '-'))
                return new HostIssue(field, HostProblem.BadCharacter, text, Show(rune.ToString()));
        }

        return text[0] == '-' || text[^1] == '-' ? new HostIssue(field, HostProblem.HyphenAtEdge, text) : null;
    }

    private static bool IsInvisible(char c) => c != ' ' && char.GetUnicodeCategory(c)
        is UnicodeCategory.Format or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    /// <summary>A character so that a person can see it: control characters and invisible ones by number.</summary>
    internal static string Show(string character) => character.Length == 1 && (char.IsControl(character[0]) || IsInvisible(character[0]))
        ? string.Create(CultureInfo.InvariantCulture, $"U+{(int)character[0]:X4}")
        : character;
}
