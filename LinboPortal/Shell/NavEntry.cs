using LinboPortal.Core.Accounts;
using MudBlazor;

namespace LinboPortal.Shell;

/// <summary>A line of the navigation: where it goes, what it needs, and the letter that follows <c>g</c> on the keyboard.</summary>
internal sealed record NavEntry(string Href, string TextKey, string Icon, string Permission, char Key)
{
    /// <summary>All lines in their order.</summary>
    public static IReadOnlyList<NavEntry> All { get; } =
    [
        new("/", "Dashboard", Icons.Material.Outlined.SpaceDashboard, Core.Accounts.Permission.HostsRead, 'd'),
        new("/rooms", "Rooms", Icons.Material.Outlined.MeetingRoom, Core.Accounts.Permission.HostsRead, 'r'),
        new("/hosts", "Pcs", Icons.Material.Outlined.DesktopWindows, Core.Accounts.Permission.HostsRead, 'p'),
        new("/groups", "Groups", Icons.Material.Outlined.Category, Core.Accounts.Permission.GroupsRead, 'h'),
        new("/images", "Images", Icons.Material.Outlined.Album, Core.Accounts.Permission.ImagesRead, 'i'),
        new("/jobs", "Jobs", Icons.Material.Outlined.Checklist, Core.Accounts.Permission.JobsRead, 'j'),
        new("/schedules", "Schedules", Icons.Material.Outlined.EventRepeat, Core.Accounts.Permission.JobsRead, 'z'),
        new("/boot", "Boot", Icons.Material.Outlined.PowerSettingsNew, Core.Accounts.Permission.BootRead, 'b'),
        new("/people", "People", Icons.Material.Outlined.Group, Core.Accounts.Permission.AccountsEdit, 'm'),
        new("/audit", "AuditLog", Icons.Material.Outlined.History, Core.Accounts.Permission.AuditRead, 'a'),
        new("/system", "System", Icons.Material.Outlined.MonitorHeart, Core.Accounts.Permission.SystemRead, 's'),
    ];

    /// <summary>The lines that the person may follow; one who sees only rooms is not offered the list of all PCs.</summary>
    public static IReadOnlyList<NavEntry> For(Person person) =>
        [.. All.Where(e => person.May(e.Permission)).Where(e => e.Href is not ("/" or "/hosts" or "/schedules") || person.Scope is Scope.All)
            .Select(e => e.Href == "/rooms" && person.Scope is Scope.Rooms ? e with { TextKey = "MyRooms" } : e)];
}
