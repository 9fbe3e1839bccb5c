using LinboPortal.Core.Groups;

namespace LinboPortal.Core.Hosts;

/// <summary>A host as it was typed, in a form or in a row of devices.csv: nothing is checked yet.</summary>
/// <param name="Of">Gives the text of a column, trimmed; empty where there is none.</param>
public readonly record struct DeviceTexts(Func<HostField, string> Of)
{
    private const int MaxGroupLength = 64;

    /// <summary>The longest text of a free column.</summary>
    public const int MaxTextLength = 1024;

    private static readonly HostField[] FreeTexts =
        [HostField.OfficeKey, HostField.WindowsKey, HostField.DhcpOptions, HostField.Role, HostField.PxeFlag, HostField.Comment, HostField.Options];

    /// <summary>Checks everything and gathers all that is wrong.</summary>
    /// <param name="school">The school whose prefix the name gets.</param>
    /// <param name="issues">Gets every issue.</param>
    /// <param name="isFile">True for a file of another server, which may hold what nobody would type here.</param>
    /// <returns>The device; null where an issue is more than a warning.</returns>
    public Device? Read(string school, List<HostIssue> issues, bool isFile = false)
    {
        var before = issues.Count;
        var (room, group, macText, addressText) = (Of(HostField.Room), Of(HostField.Group), Of(HostField.Mac), Of(HostField.Address));
        Add(issues, HostName.CheckRoom(room));
        Add(issues, HostName.Read(Of(HostField.Name), school, Of(HostField.Role), out var name));
        Add(issues, CheckGroup(ref group, isFile));
        if (!MacAddress.TryParseAny(macText, out var mac))
            issues.Add(new HostIssue(HostField.Mac, macText.Length == 0 ? HostProblem.Missing : HostProblem.NotAMac, macText));
        else if (!mac.IsOfCard)
            issues.Add(new HostIssue(HostField.Mac, isFile || !Boots ? HostProblem.NoCardsMac : HostProblem.NotAMac, macText, IsWarning: isFile || !Boots));
        if (!HostAddress.TryParse(addressText, out var address))
            issues.Add(new HostIssue(HostField.Address, addressText.Length == 0 ? HostProblem.Missing : HostProblem.NotAnAddress, addressText));
        foreach (var field in FreeTexts)
            Add(issues, CheckFree(field, Of(field)));
        AddWarnings(issues);
        if (issues.Skip(before).Any(i => !i.IsWarning))
            return null;
        return new Device(room, name.Value, group == Device.NoGroup ? null : group, mac, address)
        {
            Role = Of(HostField.Role),
            PxeFlag = Of(HostField.PxeFlag),
            Comment = Of(HostField.Comment),
            OfficeKey = Of(HostField.OfficeKey),
            WindowsKey = Of(HostField.WindowsKey),
            DhcpOptions = Of(HostField.DhcpOptions),
            Options = Of(HostField.Options),
        };
    }

    /// <summary>Checks the name of a group: <c>[A-Za-z0-9+_-]+</c>, as in the file name <c>start.conf.&lt;group&gt;</c>.</summary>
    public static HostIssue? CheckGroup(string text)
    {
        if (text.Length == 0)
            return new HostIssue(HostField.Group, HostProblem.Missing, text);
        foreach (var rune in text.EnumerateRunes())
        {
            if (!rune.IsAscii || !(char.IsAsciiLetterOrDigit((char)rune.Value) || (char)rune.Value is '+' or '_' or '-'))
                return new HostIssue(HostField.Group, HostProblem.BadCharacter, text, HostName.Show(rune.ToString()));
        }

        if (text != Device.NoGroup && HostGroup.IsReserved(text))
            return new HostIssue(HostField.Group, HostProblem.Reserved, text);
        return text.Length > MaxGroupLength ? new HostIssue(HostField.Group, HostProblem.TooLong, text, $"{MaxGroupLength}") : null;
    }

    private bool Boots => Of(HostField.PxeFlag) is not ("" or "0") && !HostRoles.NeverBoots(Of(HostField.Role));

    /// <summary>What a device that does not boot has in the group's column names nothing: it need not be the name of a group.</summary>
    private HostIssue? CheckGroup(ref string group, bool isFile)
    {
        if (CheckGroup(group) is not { } issue || Boots || group.Length > 0 && !isFile)
            return CheckGroup(group);
        var written = group;
        group = Device.NoGroup;
        return written.Length == 0 ? null : issue with { Problem = HostProblem.GroupNotUsed, IsWarning = true };
    }

    private static HostIssue? CheckFree(HostField field, string text)
    {
        foreach (var c in text)
        {
            // A semicolon would end the column; devices.csv knows no quoting.
            if (c == ';' || (char.IsControl(c) && c != '\t'))
                return new HostIssue(field, HostProblem.BadCharacter, text, HostName.Show(c.ToString()));
        }

        return text.Length > MaxTextLength ? new HostIssue(field, HostProblem.TooLong, text, $"{MaxTextLength}") : null;
    }

    private void AddWarnings(List<HostIssue> issues)
    {
        var (role, flag) = (Of(HostField.Role), Of(HostField.PxeFlag));
        if (!HostRoles.All.Contains(role))
            issues.Add(new HostIssue(HostField.Role, HostProblem.Unknown, role, IsWarning: true));
        if (flag is not ("" or "0" or "1" or "2" or "3" or "ml"))
            issues.Add(new HostIssue(HostField.PxeFlag, HostProblem.Unknown, flag, IsWarning: true));
        else if (Of(HostField.Group) == Device.NoGroup && flag is "1" or "2")
            issues.Add(new HostIssue(HostField.PxeFlag, HostProblem.NoGroupToBoot, flag, IsWarning: true));
        var statements = Of(HostField.DhcpOptions);
        issues.AddRange(DhcpStatements.Read(statements).Where(s => s.Problem is not null)
            .Select(s => new HostIssue(HostField.DhcpOptions, HostProblem.NotAStatement, statements, s.Text, IsWarning: true)));
    }

    private static void Add(List<HostIssue> issues, HostIssue? issue)
    {
        if (issue is not null)
            issues.Add(issue);
    }
}
