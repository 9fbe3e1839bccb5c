using System.Net;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Hosts;

namespace LinboPortal.Hosts;

/// <summary>Everything about one host.</summary>
internal sealed record HostDetails(
    Guid Id, string School, string Name, Guid RoomId, string Room, string? Group, IReadOnlyList<MacAddress> Macs, IPAddress? Address, uint Version)
{
    public string Role { get; init; } = "";

    public string PxeFlag { get; init; } = "";

    public string Comment { get; init; } = "";

    public string OfficeKey { get; init; } = "";

    public string WindowsKey { get; init; } = "";

    public string DhcpOptions { get; init; } = "";

    public string Options { get; init; } = "";

    public HostState State { get; init; }

    /// <summary>Why the last boot did not come up; null where it did.</summary>
    public BootFailure? BootFailure { get; init; }

    /// <summary>False for a printer, a server or another device that does not boot LINBO.</summary>
    public bool BootsLinbo { get; init; }

    public DateTimeOffset? Since { get; init; }

    public DateTimeOffset? SeenAt { get; init; }

    public IPAddress? SeenAddress { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>From a row with its room, group, MACs and status.</summary>
    public static HostDetails Of(Host host) => new(
        host.Id, host.School, host.Name, host.RoomId, host.Room?.Name ?? "", host.Group?.Name,
        [.. host.Macs.OrderBy(m => m.Position).Select(m => m.Mac)], host.Address, host.Version)
    {
        Role = host.Role,
        PxeFlag = host.PxeFlag,
        Comment = host.Comment,
        OfficeKey = host.OfficeKey,
        WindowsKey = host.WindowsKey,
        DhcpOptions = host.DhcpOptions,
        Options = host.Options,
        State = host.Status?.State ?? HostState.Unknown,
        BootFailure = host.Status?.BootFailure,
        BootsLinbo = Host.IsPc(host.PxeFlag, host.GroupId is not null, host.Role),
        Since = host.Status?.Since,
        SeenAt = host.Status?.SeenAt,
        SeenAddress = host.Status?.Address,
        CreatedAt = host.CreatedAt,
    };
}
