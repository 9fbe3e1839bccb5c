using System.ComponentModel.DataAnnotations;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>How the portal reaches LINBO's SSH server on the clients.</summary>
public sealed class SshOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Remote:Ssh";

    /// <summary>TCP port on the clients.</summary>
    [Range(1, 65535, ErrorMessage = "Remote:Ssh:Port must lie between 1 and 65535.")]
    public int Port { get; set; } = 2222;

    /// <summary>Seconds that a client may take to answer, and again to let us in.</summary>
    [Range(1, 120, ErrorMessage = "Remote:Ssh:ConnectSeconds must lie between 1 and 120.")]
    public int ConnectSeconds { get; set; } = 8;

    /// <summary>Seconds after which a connection that nobody uses is closed.</summary>
    [Range(0, 600, ErrorMessage = "Remote:Ssh:IdleSeconds must lie between 0 and 600.")]
    public int IdleSeconds { get; set; } = 20;

    /// <summary>Seconds without a sign of life after which a connection counts as broken. Clients give one every ten seconds.</summary>
    [Range(5, 600, ErrorMessage = "Remote:Ssh:SilenceSeconds must lie between 5 and 600.")]
    public int SilenceSeconds { get; set; } = 40;

    /// <summary>Clients that are let in at the same time: each takes computing time here while keys are agreed upon.</summary>
    [Range(1, 256, ErrorMessage = "Remote:Ssh:LoginsAtOnce must lie between 1 and 256.")]
    public int LoginsAtOnce { get; set; } = 16;

    /// <summary>
    /// True takes the host key that a PC shows at first contact for its own, whoever answers. False (the default) takes those that LINBO of this
    /// installation has (<c>Linbo:ConfigDirectory</c>), that an administrator confirmed, or that are known of the PC already.
    /// </summary>
    public bool TrustOnFirstUse { get; set; }

    /// <summary>Where the administrators' shell (the ssh container) answers, for instance <c>ssh:2222</c>; empty = there is none.</summary>
    public string Shell { get; set; } = "";

    /// <summary>True where <see cref="Shell"/> is empty or a host with its port.</summary>
    public bool HasUsableShell => Shell.Length == 0 || (Shell.Split(':') is [{ Length: > 0 }, var port] && ushort.TryParse(port, out _));
}
