namespace LinboPortal.Core.Accounts;

/// <summary>What a person or token may do. Pages, endpoints and use cases name one of these, never a role.</summary>
public static class Permission
{
    /// <summary>See hosts, rooms, their state and boot timeline.</summary>
    public const string HostsRead = "hosts.read";

    /// <summary>Add, change, delete, import hosts and rooms; take in new PCs.</summary>
    public const string HostsEdit = "hosts.edit";

    /// <summary>See groups and start.conf.</summary>
    public const string GroupsRead = "groups.read";

    /// <summary>Change groups and start.conf.</summary>
    public const string GroupsEdit = "groups.edit";

    /// <summary>See jobs.</summary>
    public const string JobsRead = "jobs.read";

    /// <summary>Run commands that lose nothing (sync, start, reboot, wake).</summary>
    public const string JobsRun = "jobs.run";

    /// <summary>Run commands that lose data (partition, format, new, create, upload).</summary>
    public const string JobsRunDangerous = "jobs.run.dangerous";

    /// <summary>Make, change and delete schedules and holidays.</summary>
    public const string SchedulesEdit = "schedules.edit";

    /// <summary>Open a root shell on a PC.</summary>
    public const string TerminalOpen = "terminal.open";

    /// <summary>See images, their versions and where the space goes.</summary>
    public const string ImagesRead = "images.read";

    /// <summary>Change, restore, delete, upload and download images.</summary>
    public const string ImagesEdit = "images.edit";

    /// <summary>See boot files, DHCP export, drift, services.</summary>
    public const string BootRead = "boot.read";

    /// <summary>Project the tree, take in or replace drift.</summary>
    public const string BootEdit = "boot.edit";

    /// <summary>See health of the services, disk space, logs.</summary>
    public const string SystemRead = "system.read";

    /// <summary>Change settings, restart services, use /hangfire.</summary>
    public const string SystemEdit = "system.edit";

    /// <summary>Accounts, roles, scopes and tokens.</summary>
    public const string AccountsEdit = "accounts.edit";

    /// <summary>Read the audit trail.</summary>
    public const string AuditRead = "audit.read";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        HostsRead, HostsEdit, GroupsRead, GroupsEdit, JobsRead, JobsRun, JobsRunDangerous, SchedulesEdit, TerminalOpen, ImagesRead, ImagesEdit, BootRead, BootEdit, SystemRead, SystemEdit,
        AccountsEdit, AuditRead,
    ];

    /// <summary>The permissions of a role.</summary>
    public static IReadOnlyList<string> Of(Role role) => role switch
    {
        Role.Administrator => All,
        Role.Teacher => [HostsRead, JobsRead, JobsRun],
        Role.Observer => [HostsRead, GroupsRead, JobsRead, ImagesRead, BootRead, SystemRead],
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, null),
    };
}

/// <summary>What an account is; mapped to permissions by <see cref="Permission.Of"/>.</summary>
public enum Role
{
    /// <summary>Sees all, changes nothing.</summary>
    Observer,

    /// <summary>Sees and commands the rooms in the scope.</summary>
    Teacher,

    /// <summary>May do everything.</summary>
    Administrator,
}
