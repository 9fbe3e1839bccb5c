using System.Net;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Boot;
using LinboPortal.Infrastructure;
using LinboPortal.Infrastructure.Boot;
using LinboPortal.Infrastructure.Hosts;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LinboPortal.Boot;

/// <summary>Gathers what a DHCP server must know.</summary>
internal sealed class DhcpPlans(IDbContextFactory<PortalDb> databases, IOptions<PortalOptions> portal, IOptions<DhcpOptions> dhcp, GrubServer grub)
{
    public async Task<DhcpPlan> ReadAsync(Person person, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var subnets = await db.Subnets.OrderBy(s => s.Position).ToListAsync(ct);
        var rows = await db.Hosts.VisibleTo(person).OrderBy(h => h.Name)
            .Select(h => new
            {
                h.Name,
                h.Address,
                Group = h.Group!.Name,
                h.PxeFlag,
                h.DhcpOptions,
                Macs = h.Macs.OrderBy(m => m.Position).Select(m => m.Mac).ToList(),
            })
            .ToListAsync(ct);
        var hosts = rows.Select(h => new DhcpHost(h.Name, h.Macs, h.Address, h.PxeFlag is "1" or "2" ? h.Group : null, h.DhcpOptions)).ToList();
        return new DhcpPlan(IPAddress.Parse(portal.Value.ServerAddress), dhcp.Value.Domain, grub.HttpPort, subnets, hosts)
        {
            NtpServer = dhcp.Value.NtpServer.Length > 0 ? IPAddress.Parse(dhcp.Value.NtpServer) : null,
            BiosFile = BootFileNames.Bios,
            UefiFile = BootFileNames.Uefi,
            ProxyBiosFile = BootFileNames.BiosBehindProxy,
            ProxyUefiFile = BootFileNames.UefiBehindProxy,
        };
    }
}

/// <summary>A format as it is called in addresses and files.</summary>
internal sealed record DhcpChoice(string Word, DhcpFormat Format, string FileName, string ContentType)
{
    public static IReadOnlyList<DhcpChoice> All { get; } =
    [
        new("isc", DhcpFormat.Isc, "dhcpd.conf", "text/plain; charset=utf-8"),
        new("kea", DhcpFormat.Kea, "kea-dhcp4.conf", "application/json; charset=utf-8"),
        new("dnsmasq", DhcpFormat.Dnsmasq, "dnsmasq.conf", "text/plain; charset=utf-8"),
        new("dnsmasq-proxy", DhcpFormat.DnsmasqProxy, "dnsmasq-proxy.conf", "text/plain; charset=utf-8"),
    ];

    public static DhcpChoice? Find(string? word) => All.FirstOrDefault(c => c.Word == word);
}
