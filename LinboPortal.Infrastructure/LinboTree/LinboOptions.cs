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
}
