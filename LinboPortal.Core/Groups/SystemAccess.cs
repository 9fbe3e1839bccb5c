using LinboPortal.Core.Hosts;

namespace LinboPortal.Core.Groups;

/// <summary>A system that PCs run besides LINBO.</summary>
public enum PcSystem
{
    /// <summary>A Linux with an SSH server.</summary>
    Linux,

    /// <summary>Windows with its OpenSSH server.</summary>
    Windows,
}

/// <summary>How the portal logs in to Linux or Windows on the PCs of a group, to shut them down or to restart them.</summary>
public sealed class SystemAccess
{
    /// <summary>Key of the group.</summary>
    public required Guid GroupId { get; init; }

    /// <summary>Which system.</summary>
    public required PcSystem System { get; init; }

    /// <summary>User name on the PC that has the portal's key.</summary>
    public required string User { get; set; }

    /// <summary>TCP port of its SSH server.</summary>
    public int Port { get; set; } = 22;

    /// <summary>The command that shuts the PC down.</summary>
    public required string HaltCommand { get; set; }

    /// <summary>The command that restarts it.</summary>
    public required string RebootCommand { get; set; }

    /// <summary>What usually works.</summary>
    public static SystemAccess Usual(Guid group, PcSystem system) => system == PcSystem.Linux
        ? new SystemAccess { GroupId = group, System = system, User = "root", HaltCommand = "systemctl poweroff", RebootCommand = "systemctl reboot" }
        : new SystemAccess { GroupId = group, System = system, User = "Administrator", HaltCommand = "shutdown /s /f /t 0", RebootCommand = "shutdown /r /f /t 0" };

    /// <summary>The system that a PC in that state runs; null where it runs none that is known.</summary>
    public static PcSystem? Of(HostState state) => state switch
    {
        HostState.Linux => PcSystem.Linux,
        HostState.Windows => PcSystem.Windows,
        _ => null,
    };
}
