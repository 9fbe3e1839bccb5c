using System.Globalization;
using System.Text;
using LinboPortal.Core.Hosts;

namespace LinboPortal.Core.Boot;

/// <summary>dhcpd.conf of ISC dhcpd.</summary>
internal static class DhcpIsc
{
    public static string Render(DhcpPlan plan)
    {
        var text = new StringBuilder($$"""
            # dhcpd.conf, written by LinboPortal. Check it with: dhcpd -t -cf FILE
            authoritative;
            ddns-update-style none;
            default-lease-time 600;
            max-lease-time 7200;
            use-host-decl-names on;
            allow booting;
            allow bootp;

            # LINBO takes option 54 for its server.
            server-identifier {{plan.Server}};
            next-server {{plan.Server}};
            option tftp-server-name "{{plan.Server}}";
            option domain-name {{DhcpText.Quote(plan.Domain)}};
            option domain-search {{DhcpText.Quote(plan.Domain)}};
            {{(plan.NtpServer is { } ntp ? $"option ntp-servers {ntp};\n" : "")}}option architecture code 93 = unsigned integer 16;

            # Two bytes, as PCs send them: a bare number would be one and never equal.
            {{Http(plan)}}if option architecture = 00:07 or option architecture = 00:09 {
              filename "{{plan.UefiFile}}";
              option bootfile-name "{{plan.UefiFile}}";
            } else {
              filename "{{plan.BiosFile}}";
              option bootfile-name "{{plan.BiosFile}}";
            }

            """);
        foreach (var subnet in plan.Subnets)
            Write(text, plan, subnet);
        text.Append("\ngroup {\n  default-lease-time 172800;\n  max-lease-time 172800;\n");
        if (plan.LeftOut > 0)
            text.Append(CultureInfo.InvariantCulture, $"  # {plan.LeftOut} hosts are left out: their names cannot stand here\n");
        foreach (var host in plan.SafeHosts)
        {
            for (var i = 0; i < host.Macs.Count; i++)
                Write(text, host, i);
        }

        return text.Append("}\n").ToString();
    }

    private static string Http(DhcpPlan plan) => plan.HttpUrl is not { } url ? "" : $$"""
        if option architecture = 00:10 {
          # UEFI that boots over HTTP
          option vendor-class-identifier "HTTPClient";
          filename "{{url}}";
          option bootfile-name "{{url}}";
        } els
        """;

    private static void Write(StringBuilder text, DhcpPlan plan, Subnet subnet)
    {
        text.Append(CultureInfo.InvariantCulture, $"\nsubnet {subnet.Network.BaseAddress} netmask {subnet.Mask} {{\n");
        text.Append(CultureInfo.InvariantCulture, $"  option routers {subnet.Router};\n  option subnet-mask {subnet.Mask};\n  option broadcast-address {subnet.Broadcast};\n");
        text.Append(CultureInfo.InvariantCulture, $"  option domain-name-servers {subnet.NameServer ?? plan.Server};\n");
        if (subnet.NextServer is { } next)
            text.Append(CultureInfo.InvariantCulture, $"  next-server {next};\n  option tftp-server-name \"{next}\";\n");
        if (subnet is { RangeFirst: { } first, RangeLast: { } last })
            text.Append(CultureInfo.InvariantCulture, $"  range {first} {last};\n");
        text.Append(CultureInfo.InvariantCulture, $"  option host-name \"{DhcpPlan.UnknownName}\";\n}}\n");
    }

    private static void Write(StringBuilder text, DhcpHost host, int card)
    {
        text.Append(CultureInfo.InvariantCulture, $"  host {host.Name}{(card == 0 ? "" : $"_{card + 1}")} {{\n");
        text.Append(CultureInfo.InvariantCulture, $"    option host-name {DhcpText.Quote(host.Name)};\n    hardware ethernet {host.Macs[card]};\n");
        if (host.Address is { } address)
            text.Append(CultureInfo.InvariantCulture, $"    fixed-address {address};\n");
        if (host.Group is { } group)
        {
            text.Append(CultureInfo.InvariantCulture, $"    option extensions-path {DhcpText.Quote(group)};\n    option nis-domain {DhcpText.Quote(group)};\n");
            foreach (var statement in DhcpStatements.Read(host.Statements))
                text.Append(CultureInfo.InvariantCulture, $"    {(statement.Problem is null ? $"{statement.Text};" : $"# left out, no DHCP statement: {DhcpText.Comment(statement.Text)}")}\n");
        }
        else if (host.Statements.Length > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"    # left out, the device does not boot: {DhcpText.Comment(host.Statements)}\n");
        }

        text.Append("  }\n");
    }
}
