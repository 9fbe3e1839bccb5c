using System.Globalization;
using System.Text;

namespace LinboPortal.Core.Boot;

/// <summary>dnsmasq.conf: dnsmasq as the only DHCP server, or as a proxy that adds the boot files to another one's answers.</summary>
internal static class DhcpDnsmasq
{
    public static string Render(DhcpPlan plan)
    {
        var text = new StringBuilder($"""
            # dnsmasq.conf, written by LinboPortal. Check it with: dnsmasq --test -C FILE
            # LINBO takes option 54, dnsmasq's own address, for its server: run dnsmasq on {plan.Server}.
            port=0
            dhcp-authoritative
            dhcp-option=option:domain-name,{Plain(plan.Domain)}
            dhcp-option=option:domain-search,{Plain(plan.Domain)}
            {(plan.NtpServer is { } ntp ? $"dhcp-option=option:ntp-server,{ntp}\n" : "")}dhcp-option=66,{plan.Server}
            dhcp-option=tag:!known,12,{DhcpPlan.UnknownName}

            """);
        Boot(text, plan, plan.BiosFile, plan.UefiFile);
        for (var i = 0; i < plan.Subnets.Count; i++)
        {
            var subnet = plan.Subnets[i];
            var range = subnet is { RangeFirst: { } first, RangeLast: { } last } ? $"{first},{last}" : $"{subnet.Network.BaseAddress},static";
            text.Append(CultureInfo.InvariantCulture, $"\n# {subnet.Network}\ndhcp-range=set:net{i + 1},{range},{subnet.Mask},{subnet.Broadcast},2h\n");
            text.Append(CultureInfo.InvariantCulture, $"dhcp-option=tag:net{i + 1},option:router,{subnet.Router}\n");
            text.Append(CultureInfo.InvariantCulture, $"dhcp-option=tag:net{i + 1},option:dns-server,{subnet.NameServer ?? plan.Server}\n");
        }

        Hosts(text, plan, withNames: true);
        return text.ToString();
    }

    public static string RenderProxy(DhcpPlan plan)
    {
        var text = new StringBuilder($"""
            # dnsmasq.conf, written by LinboPortal: beside another DHCP server, which goes on giving addresses.
            # That server must name {plan.Server} in option 54 or be told to LINBO by server={plan.Server} in KernelOptions (LINBO 7.4 takes option 54),
            # and give each PC its name (12) and group (40).
            port=0

            """);
        foreach (var subnet in plan.Subnets)
            text.Append(CultureInfo.InvariantCulture, $"dhcp-range={subnet.Network.BaseAddress},proxy,{subnet.Mask}\n");
        Boot(text, plan, plan.ProxyBiosFile, plan.ProxyUefiFile);
        // dnsmasq answers beside another server only where there are services to choose from; BC_EFI is what it calls architecture 7.
        text.Append(CultureInfo.InvariantCulture, $"""
            pxe-service=tag:!efi64,x86PC,LINBO,{plan.ProxyBiosFile},{plan.Server}
            pxe-service=tag:efi64,BC_EFI,LINBO,{plan.ProxyUefiFile},{plan.Server}
            pxe-service=tag:efi64,X86-64_EFI,LINBO,{plan.ProxyUefiFile},{plan.Server}

            """);
        Hosts(text, plan, withNames: false);
        return text.ToString();
    }

    private static void Boot(StringBuilder text, DhcpPlan plan, string biosFile, string uefiFile) => text.Append(CultureInfo.InvariantCulture, $"""

        dhcp-match=set:efi64,option:client-arch,7
        dhcp-match=set:efi64,option:client-arch,9
        dhcp-match=set:efihttp,option:client-arch,16
        {Http(plan)}dhcp-boot=tag:efi64,{uefiFile},{plan.Server},{plan.Server}
        dhcp-option=tag:efi64,67,{uefiFile}
        dhcp-boot=tag:!efi64,tag:!efihttp,{biosFile},{plan.Server},{plan.Server}
        dhcp-option=tag:!efi64,tag:!efihttp,67,{biosFile}

        """);

    private static string Http(DhcpPlan plan) => plan.HttpUrl is not { } url ? "" : $"""
        dhcp-boot=tag:efihttp,{url}
        dhcp-option-force=tag:efihttp,60,HTTPClient
        dhcp-option=tag:efihttp,67,{url}

        """;

    private static void Hosts(StringBuilder text, DhcpPlan plan, bool withNames)
    {
        var groups = plan.SafeHosts.Select(h => h.Group).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        text.Append('\n');
        for (var i = 0; i < groups.Count; i++)
            text.Append(CultureInfo.InvariantCulture, $"dhcp-option=tag:group{i + 1},40,{groups[i]}\ndhcp-option=tag:group{i + 1},18,{groups[i]}\n");
        if (plan.LeftOut > 0)
            text.Append(CultureInfo.InvariantCulture, $"# {plan.LeftOut} hosts are left out: their names cannot stand here\n");
        foreach (var host in plan.SafeHosts.Where(h => h.Macs.Count > 0))
        {
            if (host.Statements.Length > 0)
                text.Append(CultureInfo.InvariantCulture, $"# {host.Name}: left out, a statement for ISC dhcpd: {DhcpText.Comment(host.Statements)}\n");
            var group = host.Group is { } name ? $",set:group{groups.IndexOf(name) + 1}" : "";
            var identity = withNames ? $",{host.Name}" + (host.Address is { } address ? $",{address}" : "") : "";
            if (group.Length > 0 || identity.Length > 0)
                text.Append(CultureInfo.InvariantCulture, $"dhcp-host={string.Join(',', host.Macs)}{group}{identity}\n");
        }
    }

    /// <summary>A domain, without what dnsmasq would read as the next word.</summary>
    private static string Plain(string domain) => string.Concat(domain.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.'));
}
