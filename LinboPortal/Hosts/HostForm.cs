using LinboPortal.Core.Hosts;

namespace LinboPortal.Hosts;

/// <summary>A host as a person or program wrote it; nothing is checked yet. Nothing typed is lost: the form keeps texts.</summary>
public sealed record HostForm
{
    public string School { get; set; } = Host.DefaultSchool;

    public string Room { get; set; } = "";

    /// <summary>Without the school's prefix.</summary>
    public string Name { get; set; } = "";

    /// <summary><c>nopxe</c> or empty for none.</summary>
    public string Group { get; set; } = "";

    public string Mac { get; set; } = "";

    /// <summary>Further Ethernet addresses, separated by commas or blanks.</summary>
    public string OtherMacs { get; set; } = "";

    /// <summary>Empty means <c>DHCP</c>.</summary>
    public string Address { get; set; } = "";

    public string Role { get; set; } = HostRoles.StudentComputer;

    public string PxeFlag { get; set; } = "1";

    public string Comment { get; set; } = "";

    public string OfficeKey { get; set; } = "";

    public string WindowsKey { get; set; } = "";

    public string DhcpOptions { get; set; } = "";

    public string Options { get; set; } = "";

    /// <summary>The form of an existing host.</summary>
    internal static HostForm Of(HostDetails host) => new()
    {
        School = host.School,
        Room = host.Room,
        Name = HostName.WithoutPrefix(host.Name, host.School),
        Group = host.Group ?? Device.NoGroup,
        Mac = host.Macs is [var first, ..] ? first.ToString() : "",
        OtherMacs = string.Join(", ", host.Macs.Skip(1)),
        Address = HostAddress.Format(host.Address),
        Role = host.Role,
        PxeFlag = host.PxeFlag,
        Comment = host.Comment,
        OfficeKey = host.OfficeKey,
        WindowsKey = host.WindowsKey,
        DhcpOptions = host.DhcpOptions,
        Options = host.Options,
    };

    /// <summary>The text of a column.</summary>
    public string TextOf(HostField field) => field switch
    {
        HostField.Room => Room,
        // People write the whole name too; the file has it without the prefix.
        HostField.Name => HostName.WithoutPrefix(Name.Trim(), School),
        HostField.Group => string.IsNullOrWhiteSpace(Group) ? Device.NoGroup : Group,
        HostField.Mac => Mac,
        HostField.Address => string.IsNullOrWhiteSpace(Address) ? HostAddress.Dynamic : Address,
        HostField.OfficeKey => OfficeKey,
        HostField.WindowsKey => WindowsKey,
        HostField.DhcpOptions => DhcpOptions,
        HostField.Role => Role,
        HostField.PxeFlag => PxeFlag,
        HostField.Comment => Comment,
        HostField.Options => Options,
        _ => throw new ArgumentOutOfRangeException(nameof(field), field, null),
    };

    /// <summary>Checks the form by the rules of devices.csv and gathers all that is wrong.</summary>
    /// <returns>The device and its further addresses; null where an issue is more than a warning.</returns>
    internal CheckedHost? Read(List<HostIssue> issues)
    {
        if (HostName.CheckRoom(School) is { } bad)
            issues.Add(bad with { Field = HostField.Row });
        var others = ReadOthers(issues);
        var device = new DeviceTexts(field => (TextOf(field) ?? "").Trim()).Read(School, issues);
        return device is null || issues.Any(i => !i.IsWarning) ? null : new CheckedHost(School.ToLowerInvariant(), device, others);
    }

    private List<MacAddress> ReadOthers(List<HostIssue> issues)
    {
        List<MacAddress> macs = [];
        foreach (var text in OtherMacs.Split([',', ' ', ';', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!MacAddress.TryParse(text, out var mac))
                issues.Add(new HostIssue(HostField.Mac, HostProblem.NotAMac, text));
            else if (!macs.Contains(mac) && !(MacAddress.TryParse(Mac, out var first) && first == mac))
                macs.Add(mac);
        }

        return macs;
    }
}

/// <summary>A host whose texts are right; whether it is unique is another question.</summary>
internal sealed record CheckedHost(string School, Device Device, IReadOnlyList<MacAddress> OtherMacs)
{
    /// <summary>The first one is that of devices.csv.</summary>
    public IEnumerable<MacAddress> Macs => [Device.Mac, .. OtherMacs];
}
