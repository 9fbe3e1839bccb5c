using LinboPortal.Core.Hosts;

namespace LinboPortal.Core.Tests.Hosts;

public sealed class HardwareReportTests
{
    private const string Report = """
        ============ start debug info ============
        libhd version 23.2u (x86-64) [7688]
          type 0x01 [0x0100]: 01 1b
        01: None 00.0: 10105 BIOS
          [Created at bios.186]
          Hardware Class: bios
          BIOS Info: #0
            Vendor: "Dell Inc."
            Version: "1.5.1"
            Date: "04/28/2020"
          System Info: #256
            Manufacturer: "Dell Inc."
            Product: "OptiPlex 3060"

        02: None 00.0: 10102 Main Memory
          Hardware Class: memory
          Memory Size: 15 GB + 512 MB

        10: IDE 00.0: 10600 Disk
          Hardware Class: disk
          Model: "Samsung SSD 860"
          Device File: /dev/sda (/dev/sg0)
          Capacity: 238 GB (256060514304 bytes)

        19: None 00.0: 10103 CPU
          Hardware Class: cpu
          Model: 6.158.10 "Intel(R) Core(TM) i5-8500 CPU @ 3.00GHz"

        20: None 01.0: 10103 CPU
          Hardware Class: cpu

        21: PCI 1f.6: 0200 Ethernet controller
          Hardware Class: network
          Model: "Intel I219-V"
          Driver: "e1000e"

        """;

    [Fact]
    public void What_people_ask_for_is_found_in_the_report()
    {
        var facts = HardwareReport.Read(new StringReader(Report));

        Assert.Equal("Dell Inc. OptiPlex 3060", facts.System);
        Assert.Equal("Dell Inc. 1.5.1 04/28/2020", facts.Firmware);
        Assert.Equal(("Intel(R) Core(TM) i5-8500 CPU @ 3.00GHz", 2), (facts.Cpu, facts.Threads));
        Assert.Equal("15 GB + 512 MB", facts.Memory);
        Assert.Equal(["Samsung SSD 860 238 GB /dev/sda"], facts.Disks);
        Assert.Equal(["Intel I219-V (e1000e)"], facts.Network);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no report at all\n: :\n1: \n  \n")]
    [InlineData("1: x\n  Hardware Class\n    : deep\n")]
    public void What_is_no_report_gives_no_facts(string text) => Assert.True(HardwareReport.Read(new StringReader(text)).IsEmpty);

    [Fact]
    public void A_report_cannot_flood_the_page()
    {
        var disks = string.Concat(Enumerable.Range(1, 500).Select(n => $"{n}: x\n  Hardware Class: disk\n  Model: \"{new string('x', 5000)}\u001b[31m\"\n"));

        var facts = HardwareReport.Read(new StringReader(disks));

        Assert.Equal(16, facts.Disks.Count);
        Assert.All(facts.Disks, d => Assert.True(d.Length <= 120 && !d.Any(char.IsControl)));
    }
}
