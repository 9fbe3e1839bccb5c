using System.ComponentModel.DataAnnotations;

namespace LinboPortal.Infrastructure.LinboTree;

/// <summary>Where LINBO's files lie. Empty values are filled in below the data directory at start.</summary>
public sealed class LinboOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Linbo";

    /// <summary>The tree that clients read: <c>/srv/linbo</c> on a linuxmuster server.</summary>
    public string Root { get; set; } = "";

    /// <summary><c>/etc/linuxmuster/linbo</c> on a linuxmuster server.</summary>
    public string ConfigDirectory { get; set; } = "";

    /// <summary><c>/var/log/linuxmuster/linbo</c> on a linuxmuster server.</summary>
    public string LogDirectory { get; set; } = "";

    /// <summary>Password of LINBO's user <c>linbo</c> (uploads, administration at the PC); empty = random, kept below the data directory.</summary>
    public string Password { get; set; } = "";

    /// <summary>
    /// The Samba domain that <c>.reg</c> files get when PCs fetch them; empty = the first part of <c>Boot:Dhcp:Domain</c> in capitals, as LINBO takes it,
    /// <c>-</c> = they stay as they are.
    /// </summary>
    [RegularExpression("-|[A-Za-z0-9]([A-Za-z0-9.-]{0,62}[A-Za-z0-9])?", ErrorMessage = "Linbo:SambaDomain must be a name as SCHOOL, or '-' to leave .reg files as they are.")]
    public string SambaDomain { get; set; } = "";
}
