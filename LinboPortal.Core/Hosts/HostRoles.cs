namespace LinboPortal.Core.Hosts;

/// <summary>The values of sophomorixRole that linuxmuster.net knows (linbo.md 6.2).</summary>
public static class HostRoles
{
    /// <summary>A pupil's PC, the default.</summary>
    public const string StudentComputer = "classroom-studentcomputer";

    /// <summary>All of them, in the order in which a list shows them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        StudentComputer, "classroom-teachercomputer", "faculty-teachercomputer", "staffcomputer", "mobile", "printer", "switch", "addc",
        "wlan", "server", "router", "iponly", "voip", "byod", "thinclient",
    ];

    /// <summary>Roles of devices that never boot LINBO, whatever their pxeFlag says: they are not judged and not counted as PCs.</summary>
    public static IReadOnlyList<string> Devices { get; } = ["printer", "switch", "addc", "wlan", "router", "iponly", "voip", "byod"];

    /// <summary>True for <see cref="Devices"/>.</summary>
    public static bool NeverBoots(string role) => Devices.Contains(role);

    /// <summary>True for roles whose hosts join the directory: their names end after 15 characters.</summary>
    public static bool HasDirectoryAccount(string role) => role is
        StudentComputer or "classroom-teachercomputer" or "faculty-teachercomputer" or "staffcomputer" or "mobile" or "thinclient" or
        "server" or "addc";
}
