using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Hosts;

namespace LinboPortal.Core.Tests.Boot;

public sealed class DhcpExportTests
{
    private static readonly DhcpPlan Plan = new(
        IPAddress.Parse("10.16.1.1"), "linuxmuster.lan", 8080,
        [
            new Subnet
            {
                Network = IPNetwork.Parse("10.16.0.0/12"), Router = IPAddress.Parse("10.31.255.254"), RangeFirst = IPAddress.Parse("10.16.4.1"),
                RangeLast = IPAddress.Parse("10.16.4.99"), IsSetup = true,
            },
            new Subnet
            {
                Network = IPNetwork.Parse("10.32.1.0/24"), Router = IPAddress.Parse("10.32.1.254"), NameServer = IPAddress.Parse("10.32.1.53"),
                NextServer = IPAddress.Parse("10.32.1.2"),
            },
        ],
        [
            new DhcpHost("r101-pc01", [MacAddress.Parse("52:54:00:aa:bb:01")], IPAddress.Parse("10.16.101.1"), "lab1"),
            new DhcpHost("r101-pc02", [MacAddress.Parse("52:54:00:aa:bb:02"), MacAddress.Parse("52:54:00:aa:bb:12")], IPAddress.Parse("10.32.1.7"), "lab+2", "option ntp-servers 10.16.1.9, default-lease-time 900"),
            new DhcpHost("notebook", [MacAddress.Parse("52:54:00:aa:bb:03")], null, "lab1"),
            new DhcpHost("printer", [MacAddress.Parse("52:54:00:aa:bb:04")], IPAddress.Parse("10.16.101.200"), null),
            new DhcpHost("r101-pc05", [MacAddress.Parse("52:54:00:aa:bb:07")], null, "lab1", "optional text,next-server 10.16.1.5,filename \"x.img\""),
            new DhcpHost("copier", [MacAddress.Parse("52:54:00:aa:bb:08")], null, null, "next-server 10.16.1.5"),
            new DhcpHost("evil\"; } #", [MacAddress.Parse("52:54:00:aa:bb:05")], null, "lab1"),
            new DhcpHost("evil2", [MacAddress.Parse("52:54:00:aa:bb:06")], null, "lab1", "filename \"x\"; } host y { , option host-name \"\\\", max-lease-time 700"),
        ])
    {
        BiosFile = "boot/grub/i386-pc/core.0",
        UefiFile = "boot/grub/x86_64-efi/core.efi",
        ProxyBiosFile = "boot/grub/i386-pc/proxy.0",
        ProxyUefiFile = "boot/grub/x86_64-efi/proxy.efi",
    };

    private static void Golden(string name, string actual, [CallerFilePath] string here = "")
    {
        var file = Path.Combine(Path.GetDirectoryName(here)!, "Golden", name);
        if (Environment.GetEnvironmentVariable("GOLDEN_UPDATE") == "1")
            File.WriteAllText(file, actual);
        Assert.Equal(File.ReadAllText(file), actual);
    }

    [Theory]
    [InlineData(DhcpFormat.Isc, "dhcpd.conf")]
    [InlineData(DhcpFormat.Kea, "kea-dhcp4.conf")]
    [InlineData(DhcpFormat.Dnsmasq, "dnsmasq.conf")]
    [InlineData(DhcpFormat.DnsmasqProxy, "dnsmasq-proxy.conf")]
    public void The_configuration_is_as_agreed(DhcpFormat format, string golden) => Golden(golden, DhcpExport.Render(format, Plan));

    [Theory]
    [InlineData(DhcpFormat.Isc)]
    [InlineData(DhcpFormat.Kea)]
    [InlineData(DhcpFormat.Dnsmasq)]
    [InlineData(DhcpFormat.DnsmasqProxy)]
    public void Where_clients_cannot_reach_the_portal_by_HTTP_nothing_sends_them_there(DhcpFormat format)
    {
        var text = DhcpExport.Render(format, Plan with { HttpPort = null });

        Assert.DoesNotContain("http:", text, StringComparison.Ordinal);
        Assert.DoesNotContain("HTTPClient", text, StringComparison.Ordinal);
        Assert.DoesNotContain("linbo-http", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Firmware_that_boots_over_HTTP_is_sent_to_the_port_in_use() =>
        Assert.Contains("http://10.16.1.1:8088/linbo/boot/grub/x86_64-efi/core.efi", DhcpExport.Render(DhcpFormat.Isc, Plan with { HttpPort = 8088 }), StringComparison.Ordinal);

    [Theory]
    [InlineData(DhcpFormat.Isc, "/usr/sbin/dhcpd", "-t", "-cf")]
    [InlineData(DhcpFormat.Kea, "/usr/sbin/kea-dhcp4", "-t")]
    [InlineData(DhcpFormat.Dnsmasq, "/usr/sbin/dnsmasq", "--test", "-C")]
    [InlineData(DhcpFormat.DnsmasqProxy, "/usr/sbin/dnsmasq", "--test", "-C")]
    public async Task The_server_itself_takes_it(DhcpFormat format, string program, params string[] arguments)
    {
        Assert.SkipUnless(File.Exists(program), $"{program} is not installed");
        var file = Path.GetTempFileName();
        try
        {
            foreach (var port in new int?[] { 8080, null })
            {
                var text = DhcpExport.Render(format, Plan with { Domain = "schule.example", HttpPort = port });
                await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
                using var process = Process.Start(new ProcessStartInfo(program, [.. arguments, file]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
                var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
                var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
                await process.WaitForExitAsync(TestContext.Current.CancellationToken);
                Assert.True(process.ExitCode == 0, errors + await output);
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void What_stands_in_the_column_for_DHCP_statements_is_used_or_named_as_left_out()
    {
        var isc = DhcpExport.Render(DhcpFormat.Isc, Plan);
        Assert.Contains("    # left out, no DHCP statement: optional text\n    next-server 10.16.1.5;\n    filename \"x.img\";\n", isc, StringComparison.Ordinal);
        Assert.Contains("    # left out, the device does not boot: next-server 10.16.1.5\n", isc, StringComparison.Ordinal);
        Assert.Contains("\"comment\": \"left out, a statement for ISC dhcpd: optional text,next-server 10.16.1.5,filename \\u0022x.img\\u0022\"", DhcpExport.Render(DhcpFormat.Kea, Plan), StringComparison.Ordinal);
        foreach (var format in (DhcpFormat[])[DhcpFormat.Dnsmasq, DhcpFormat.DnsmasqProxy])
            Assert.Contains("# r101-pc05: left out, a statement for ISC dhcpd: optional text,next-server 10.16.1.5,filename \"x.img\"\n", DhcpExport.Render(format, Plan), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_hostile_gets_through()
    {
        foreach (var format in Enum.GetValues<DhcpFormat>())
        {
            var text = DhcpExport.Render(format, Plan with { Domain = "a\"; } include \"/etc/shadow\n" });
            Assert.DoesNotContain("evil\"", text, StringComparison.Ordinal);
            // A comment ends with its line; in Kea's file the text is a JSON string.
            Assert.DoesNotMatch(@"(?m)^(?!\s*(#|""comment"":)).*host y", text);
            Assert.DoesNotMatch(@"(?<!\\)""; } include", text); // escaped it is but text
        }
    }

    [Fact]
    public void An_empty_school_has_a_configuration_too()
    {
        foreach (var format in Enum.GetValues<DhcpFormat>())
            Assert.NotEmpty(DhcpExport.Render(format, Plan with { Subnets = [], Hosts = [] }));
    }
}
