namespace LinboPortal.Core.Hosts;

/// <summary>A field of a host. The first sixteen are numbered as the columns of devices.csv (linbo.md 6.1).</summary>
public enum HostField
{
    /// <summary>The row or file as a whole.</summary>
    Row = -1,

    /// <summary>Room.</summary>
    Room = 0,

    /// <summary>Host name.</summary>
    Name = 1,

    /// <summary>Group (hardware class).</summary>
    Group = 2,

    /// <summary>Ethernet address.</summary>
    Mac = 3,

    /// <summary>IPv4 address or DHCP.</summary>
    Address = 4,

    /// <summary>Office licence key.</summary>
    OfficeKey = 5,

    /// <summary>Windows licence key.</summary>
    WindowsKey = 6,

    /// <summary>ISC dhcpd statements.</summary>
    DhcpOptions = 7,

    /// <summary>sophomorixRole.</summary>
    Role = 8,

    /// <summary>pxeFlag.</summary>
    PxeFlag = 10,

    /// <summary>sophomorixComment.</summary>
    Comment = 14,

    /// <summary>Options.</summary>
    Options = 15,

    /// <summary>Network of subnets.csv.</summary>
    Network = 20,

    /// <summary>Router of subnets.csv.</summary>
    Router = 21,

    /// <summary>Range of subnets.csv.</summary>
    Range = 22,

    /// <summary>DNS server of subnets.csv.</summary>
    NameServer = 24,

    /// <summary>Boot server of subnets.csv.</summary>
    NextServer = 25,
}

/// <summary>What is wrong with a value. The portal says it in the reader's language.</summary>
public enum HostProblem
{
    /// <summary>Nothing is there.</summary>
    Missing,

    /// <summary>The row ends too early; <see cref="HostIssue.Other"/> is how many columns it needs.</summary>
    MissingColumns,

    /// <summary>A character that the field cannot hold; <see cref="HostIssue.Other"/> is that character.</summary>
    BadCharacter,

    /// <summary>A name of digits only.</summary>
    OnlyDigits,

    /// <summary>A name that starts or ends with a hyphen.</summary>
    HyphenAtEdge,

    /// <summary>Too long; <see cref="HostIssue.Other"/> is the number of characters allowed.</summary>
    TooLong,

    /// <summary>A group named like a file of LINBO's own.</summary>
    Reserved,

    /// <summary>No Ethernet address.</summary>
    NotAMac,

    /// <summary>An Ethernet address that no network card has: null, broadcast, multicast. A warning.</summary>
    NoCardsMac,

    /// <summary>No IPv4 address that a PC can have, nor DHCP.</summary>
    NotAnAddress,

    /// <summary>The value stands in another row too; <see cref="HostIssue.Other"/> is its line.</summary>
    DuplicateInFile,

    /// <summary>Another host has the value; <see cref="HostIssue.Other"/> is its name.</summary>
    TakenBy,

    /// <summary>Another school's host has the same fixed address; <see cref="HostIssue.Other"/> is its name. A warning.</summary>
    TakenInOtherSchool,

    /// <summary>Not one of the values that linuxmuster.net knows. A warning for roles.</summary>
    Unknown,

    /// <summary>The bytes are no UTF-8; <see cref="HostIssue.Other"/> names what they look like.</summary>
    NotUtf8,

    /// <summary>The row is read as a comment but looks like a host. A warning; what it names is never taken for missing.</summary>
    CommentLooksLikeRow,

    /// <summary>Cells stand in quotation marks and are read without; <see cref="HostIssue.Other"/> is in how many rows. A warning.</summary>
    Quoted,

    /// <summary>A cell begins with a quotation mark that nothing closes. A warning: the mark is read as a character.</summary>
    QuoteNotClosed,

    /// <summary>The columns are separated by something else; <see cref="HostIssue.Other"/> is by what.</summary>
    WrongSeparator,

    /// <summary>No name that a group can have; the device does not boot, so it is left out. A warning.</summary>
    GroupNotUsed,

    /// <summary>Another school has PCs in a group of this name, so both share its start.conf; <see cref="HostIssue.Other"/> is that school. A warning.</summary>
    SharedGroup,

    /// <summary>The column holds something that is no DHCP statement; <see cref="HostIssue.Other"/> is that part. A warning: it is left out of the DHCP export.</summary>
    NotAStatement,

    /// <summary>Without a group there is nothing to boot, yet pxeFlag asks for it. A warning.</summary>
    NoGroupToBoot,

    /// <summary>The fixed address lies in no known network, so DHCP export leaves the host out. A warning.</summary>
    OutsideSubnets,

    /// <summary>The row is left out, as linuxmuster.net does. A warning.</summary>
    RowSkipped,

    /// <summary>A row of subnets.csv that does not begin with a network and is left out. A warning.</summary>
    NetworkRowNotRead,

    /// <summary>The range has one end only, or does not lie in its network, and is left out. A warning.</summary>
    RangeNotUsed,

    /// <summary>A cell of subnets.csv that stands for nothing and is left out. A warning.</summary>
    CellNotUsed,

    /// <summary>No such thing; <see cref="HostIssue.Value"/> is what was asked for.</summary>
    NotFound,
}

/// <summary>One thing that is wrong, or may be.</summary>
/// <param name="Field">Where.</param>
/// <param name="Problem">What.</param>
/// <param name="Value">The value as it was given.</param>
/// <param name="Other">What else the sentence needs; see <see cref="HostProblem"/>.</param>
/// <param name="IsWarning">True where the host can be taken all the same.</param>
public sealed record HostIssue(HostField Field, HostProblem Problem, string Value, string Other = "", bool IsWarning = false);

/// <summary>An issue in a file.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1: characters, for <see cref="HostProblem.NotUtf8"/> bytes.</param>
/// <param name="Issue">What is wrong.</param>
public sealed record CsvIssue(int Line, int Column, HostIssue Issue);
