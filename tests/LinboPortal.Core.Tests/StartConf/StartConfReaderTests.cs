using FsCheck.Xunit;
using LinboPortal.Core.StartConf;

namespace LinboPortal.Core.Tests.StartConf;

public sealed class StartConfReaderTests
{
    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("[LINBO]")]
    [InlineData("[LINBO]\nGroup = a")]
    [InlineData("[LINBO]\r\nGroup = a\r\n")]
    [InlineData("[LINBO]\rGroup = a\r")]
    [InlineData("[LINBO]\nGroup = a\r\nCache =\r\r\n\n")]
    [InlineData("\uFEFF[LINBO]\nGroup = a\n")]
    [InlineData("\uFEFF")]
    [InlineData("  Group = a\n\t[OS]\n")]
    [InlineData("[unclosed\n[]\n[ OS ]\n=\nx\n; y\n")]
    [InlineData("Group=a#b # c # d\n#\n#\t\n# \n")]
    [InlineData("Name = Grüße aus Köln – „Schule“ 学校 😀\n")]
    [InlineData("a\0b = c\u0001\n")]
    [InlineData(Samples.WindowsAndLinux)]
    public void What_was_not_changed_comes_back_byte_for_byte(string text)
    {
        var bytes = StartConfWriter.Encode(text);
        Assert.True(StartConfReader.TryDecode(bytes, out var decoded));
        Assert.Equal(bytes, StartConfWriter.Encode(StartConfReader.Read(decoded).ToString()));
    }

    [Property(MaxTest = 500)]
    public bool Any_text_at_all_comes_back(string? text) => StartConfReader.Read(text ?? "").ToString() == (text ?? "");

    [Property(MaxTest = 500)]
    public bool Rules_survive_any_text(string? text) => !StartConfRules.Check(StartConfReader.Read(text ?? ""), "lab1").IsDefault;

    [Theory]
    [InlineData(new byte[] { 0xff, 0xfe, 0x5b })]
    [InlineData(new byte[] { (byte)'G', 0xfc, (byte)'n' })]
    public void Bytes_that_are_no_UTF8_are_refused(byte[] bytes) => Assert.False(StartConfReader.TryDecode(bytes, out _));

    [Theory]
    [InlineData("Size = 30G           # partition size", "30G")]
    [InlineData("Size =               # rest of the disk", "")]
    [InlineData("Size=30G", "30G")]
    [InlineData("Size\t=\t30G\t", "30G")]
    [InlineData("KernelOptions = quiet   splash \t nomodeset", "quiet splash nomodeset")]
    [InlineData("KernelOptions = acpi=off irqpoll # why", "acpi=off irqpoll")]
    [InlineData("Name = a# b", "a")]
    [InlineData("Name = a#b", "a#b")]
    [InlineData("Name = a #b # c", "a #b")]
    [InlineData("Name = a #", "a #")]
    public void Values_are_what_the_client_makes_of_them(string line, string value)
    {
        var setting = Assert.Single(StartConfReader.Read("[LINBO]\n" + line).Sections[0].Settings);
        Assert.Equal(value, setting.Line.Value);
    }

    [Theory]
    [InlineData(" Group = a", StartConfLineKind.Ignored)]
    [InlineData("\tGroup = a", StartConfLineKind.Ignored)]
    [InlineData("_Group = a", StartConfLineKind.Ignored)]
    [InlineData("; Group = a", StartConfLineKind.Ignored)]
    [InlineData("  # Group", StartConfLineKind.Comment)]
    [InlineData("#Group = a", StartConfLineKind.Comment)]
    [InlineData("   ", StartConfLineKind.Blank)]
    [InlineData("[os]", StartConfLineKind.Section)]
    [InlineData("group = a", StartConfLineKind.Setting)]
    public void Lines_count_only_from_column_0(string line, StartConfLineKind kind) =>
        Assert.Equal(kind, Assert.Single(StartConfReader.Read(line).Lines).Kind);

    [Fact]
    public void Sections_and_keys_are_found_in_any_case_and_the_last_of_repeated_keys_counts()
    {
        var document = StartConfReader.Read("[linbo]\nGROUP = a\ngroup = b\n[PARTITION]\ndev = /dev/sda1\n[os]\nname = X\n");
        Assert.Equal("b", document.Linbo!.Group);
        Assert.Equal("/dev/sda1", Assert.Single(document.Partitions).Device);
        Assert.Equal("X", Assert.Single(document.OperatingSystems).Name);
    }

    [Fact]
    public void Partitions_and_systems_are_numbered_in_their_order()
    {
        var document = StartConfReader.Read(Samples.WindowsAndLinux);
        Assert.Equal(["efi", "msr", "windows", "ubuntu", "cache"], document.Partitions.Select(p => p.Label));
        Assert.Equal([1, 2, 3, 4, 5], document.Partitions.Select(p => p.Number));
        Assert.Equal(["1 Windows 11", "2 Ubuntu"], document.OperatingSystems.Select(o => $"{o.Number} {o.Name}"));
        Assert.True(document.Partitions[0].IsBootable);
        Assert.Equal(4, document.FindPartition(document.OperatingSystems[1].Root)!.Number);
    }

    [Theory]
    [InlineData("/dev/sda1", "(hd0,1)")]
    [InlineData("/dev/sdb12", "(hd1,12)")]
    [InlineData("/dev/hda2", "(hd0,2)")]
    [InlineData("/dev/vdc3", "(hd2,3)")]
    [InlineData("/dev/xvda1", "(hd0,1)")]
    [InlineData("/dev/disk0p5", "(hd0,5)")]
    [InlineData("/dev/disk1p2", "(hd1,2)")]
    [InlineData("/dev/mmcblk0p1", "(hd0,1)")]
    [InlineData("/dev/nvme0n1p3", "(hd0,3)")]
    [InlineData("/dev/nvme0n2p1", "(hd1,1)")]
    public void Devices_have_a_name_for_GRUB(string device, string grub)
    {
        Assert.True(BlockDevice.TryParse(device, out var parsed));
        Assert.Equal(grub, parsed.ToGrub());
    }

    [Theory]
    [InlineData("")]
    [InlineData("sda1")]
    [InlineData("/dev/sda")]
    [InlineData("/dev/sda0")]
    [InlineData("/dev/nvme0n1")]
    [InlineData("/dev/nvme0p1")]
    [InlineData("/dev/disk0")]
    [InlineData("/dev/sda1/../x")]
    [InlineData("(hd0,1)")]
    public void Other_names_are_no_partitions(string device) => Assert.False(BlockDevice.TryParse(device, out _));
}
