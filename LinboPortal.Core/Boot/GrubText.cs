namespace LinboPortal.Core.Boot;

/// <summary>Quoting for GRUB's script language and the names that LINBO's themes use.</summary>
internal static class GrubText
{
    /// <summary>One word of a command: bare where every character is harmless, else in single quotes.</summary>
    public static string Word(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || "_./:,=+@%-".Contains(c, StringComparison.Ordinal)) ? text : Quote(text);

    /// <summary>In single quotes, in which GRUB interprets nothing; control characters become blanks.</summary>
    public static string Quote(string text) =>
        "'" + string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Replace("'", @"'\''", StringComparison.Ordinal) + "'";

    /// <summary>Kernel parameters, each word quoted where it must be.</summary>
    public static string Words(KernelOptions options) => string.Join(' ', options.Words.Select(Word));

    /// <summary>The name's system as the icons of LINBO's GRUB theme call it.</summary>
    public static string OsType(string name)
    {
        var lower = name.ToLowerInvariant();
        if (lower.Contains("windows 10", StringComparison.Ordinal))
            return "win10";
        if (lower.Contains("windows", StringComparison.Ordinal))
            return "win";
        if (lower.Contains("mint", StringComparison.Ordinal))
            return "linuxmint";
        string[] known =
            ["kubuntu", "lubuntu", "xubuntu", "ubuntu", "centos", "arch", "fedora", "gentoo", "debian", "opensuse", "suse", "linux"];
        return known.FirstOrDefault(k => lower.Contains(k, StringComparison.Ordinal)) ?? "unknown";
    }

    /// <summary>Indents every line that is not empty.</summary>
    public static string Indent(string text, int by) =>
        string.Join('\n', text.Split('\n').Select(l => l.Length == 0 ? l : new string(' ', by) + l));
}
