namespace LinboPortal.Core.Boot;

/// <summary>Writes the configuration of DHCP servers of others. Pure text; the administrator puts it where it belongs.</summary>
public static class DhcpExport
{
    /// <summary>The configuration.</summary>
    public static string Render(DhcpFormat format, DhcpPlan plan) => format switch
    {
        DhcpFormat.Isc => DhcpIsc.Render(plan),
        DhcpFormat.Kea => DhcpKea.Render(plan),
        DhcpFormat.Dnsmasq => DhcpDnsmasq.Render(plan),
        DhcpFormat.DnsmasqProxy => DhcpDnsmasq.RenderProxy(plan),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
    };
}
