using LinboPortal.Core.StartConf;

namespace LinboPortal.Core.Tests.StartConf;

public sealed class StartConfRulesTests
{
    private static string Describe(StartConfProblem p) => $"{p.Severity} {p.Code} {p.Line}:{p.Column}+{p.Length} {string.Join('|', p.Arguments)}".TrimEnd();

    private static string[] Check(string text, string? group = "lab1") =>
        [.. StartConfRules.Check(StartConfReader.Read(text), group).Select(Describe)];

    [Fact]
    public void A_right_file_has_no_problems() => Assert.Empty(Check(Samples.WindowsAndLinux));

    [Theory]
    [InlineData("Group = lab1 ", "Group = lab2 ", "Warning GroupMismatch 3:9+4 lab2|lab1")]
    [InlineData("Group = lab1 ", "Group = ", "Warning MissingGroup 2:1+7 lab1")]
    [InlineData("[LINBO] ", "[LIMBO] ", "Warning UnknownSection 2:1+7 LIMBO")]
    [InlineData("[LINBO] ", "[LINBO ", "Warning UnclosedSection 2:1+41 [LINBO                    # gilt für alle")]
    [InlineData("Cache = /dev/disk0p5 ", "Cache = /dev/disk0p9 ", "Warning CacheIsNoPartition 4:9+12 /dev/disk0p9")]
    [InlineData("Cache = /dev/disk0p5 ", "Cache = ", "Warning MissingCache 2:1+7")]
    [InlineData("DownloadType = rsync", "DownloadType = bittorrent", "Warning BadDownloadType 5:16+10 bittorrent")]
    [InlineData("KernelOptions = quiet splash", "KernelOptions = quiet server=10.0.0.5", "Warning ServerOption 6:17+21 10.0.0.5")]
    [InlineData("KernelOptions = quiet splash", "KernelOptions = quiet splash quiet", "Warning DuplicateKernelOption 6:17+18 quiet")]
    [InlineData("RootTimeout = 600", "RootTimeout = ten", "Warning BadNumber 7:15+3 RootTimeout|ten")]
    [InlineData("RootTimeout = 600", "RootTimeout = -1", "Warning BadNumber 7:15+2 RootTimeout|-1")]
    [InlineData("Locale = de-de", "Locale = de_DE", "Warning BadLocale 8:10+5 de_DE")]
    [InlineData("Locale = de-de", "AutoFormat = ja", "Warning BadYesNo 8:14+2 AutoFormat|ja")]
    [InlineData("Locale = de-de", "BackgroundColor = teal", "Warning BadColour 8:19+4 BackgroundColor|teal")]
    [InlineData("Locale = de-de", "BackgroundFontColor = white", "Warning ObsoleteKey 8:1+19 BackgroundFontColor")]
    [InlineData("Locale = de-de", "ConsoleFontColorStdout = lightgreen", "Warning ObsoleteKey 8:1+22 ConsoleFontColorStdout")]
    [InlineData("Locale = de-de", "ConsoleFontColorStderr = orange", "Warning ObsoleteKey 8:1+22 ConsoleFontColorStderr")]
    [InlineData("Locale = de-de", "DownloadType = torrent", "Warning TorrentByRsync 8:16+7")]
    [InlineData("Locale = de-de", "Theme = 19\" Monitor", "Error QuoteNotClosed 8:11+1 Theme|\"")]
    [InlineData("Locale = de-de", "Theme = a\\", "Error QuoteNotClosed 8:10+1 Theme|\\")]
    [InlineData("Locale = de-de", "Theme = a\\\"b\\\"", "Warning ShellCharacter 8:10+1 Theme|\\")]
    [InlineData("Locale = de-de", "Theme = edu #$(halt)", "Error CommandInValue 8:14+1 Theme|$")]
    [InlineData("Locale = de-de", "Theme;halt = edu", "Error ShellCharacterInKey 8:1+10 Theme;halt")]
    [InlineData("Locale = de-de", "Theme = a\u000cb", "Warning ControlCharacter 8:10+1 0C")]
    [InlineData("Locale = de-de", "SystemType = bios64", "Warning ObsoleteKey 8:1+10 SystemType")]
    [InlineData("Locale = de-de", "Server = 10.0.0.1", null)]
    [InlineData("Locale = de-de", "Locales = de-de", "Warning UnknownKey 8:1+7 Locales|LINBO|Locale")]
    [InlineData("Locale = de-de", "Farbe = rot", "Warning UnknownKey 8:1+5 Farbe|LINBO|")]
    [InlineData("Locale = de-de", "Group = lab1", "Warning DuplicateKey 8:1+5 Group|3")]
    [InlineData("Locale = de-de", "Locale de-de", "Error NoEqualsSign 8:1+12 Locale de-de")]
    [InlineData("[LINBO] ", "Vorwort\n[LINBO] ", "Warning NoEqualsSign 2:1+7 Vorwort")]
    [InlineData("Locale = de-de", "Lo cale = de-de", "Warning BadKey 8:1+7 Lo cale")]
    [InlineData("Locale = de-de", " Locale = de-de", "Warning IgnoredLine 8:2+14 Locale = de-de")]
    [InlineData("Locale = de-de", "Theme = a#b", "Warning HashInValue 8:10+1 Theme")]
    [InlineData("Locale = de-de", "Theme = edu #dark", "Warning HashInValue 8:13+1 Theme")]
    [InlineData("Locale = de-de", "Theme = a;b", "Warning SemicolonInValue 8:10+1 Theme")]
    [InlineData("Locale = de-de", "Theme = \"edu\"", "Warning ShellCharacter 8:9+1 Theme|\"")]
    [InlineData("Locale = de-de", "Theme = $(halt)", "Error CommandInValue 8:9+1 Theme|$")]
    [InlineData("Locale = de-de", "Theme = `halt`", "Error CommandInValue 8:9+1 Theme|`")]
    [InlineData("Dev = /dev/disk0p1", "Dev = /dev/disk0p2", "Error DuplicateDevice 19:7+12 /dev/disk0p2|11")]
    [InlineData("Dev = /dev/disk0p1", "Dev = /dev/disk0", "Warning BadDevice 11:7+10 /dev/disk0")]
    [InlineData("Dev = /dev/disk0p1", "Dev =", "Warning MissingDevice 10:1+11 1")]
    [InlineData("Label = efi", "Label = windows", "Warning DuplicateLabel 28:9+7 windows|12")]
    [InlineData("Label = efi", "Label = efi-system-partition", "Warning LabelTooLong 12:9+20 efi-system-partition|vfat|11")]
    [InlineData("Label = windows", "Label =", "Warning MissingLabel 26:1+11 /dev/disk0p3")]
    [InlineData("Size = 250M", "Size = 250 MB", "Warning InexactSize 13:8+6 250 MB|250K")]
    [InlineData("Size = 250M", "Size = 250", null)]
    [InlineData("Size = 250M", "Size = 0.25G", "Error BadSize 13:8+5 0.25G")]
    [InlineData("Size = 250M", "Size = 250.5M", "Warning InexactSize 13:8+6 250.5M|250M")]
    [InlineData("Size = 250M", "Size = 250,5M", "Warning InexactSize 13:8+6 250,5M|250M")]
    [InlineData("Size = 250M", "Size = 250M #efi", "Warning HashInValue 13:13+1 Size")]
    [InlineData("Size = 250M", "Size = 250MB", null)]
    [InlineData("Size = 250M", "Size = 250X", "Error BadSize 13:8+4 250X")]
    [InlineData("Size = 250M", "Size =", "Error SizeMissing 13:1+4 /dev/disk0p1")]
    [InlineData("Id = ef", "Id = zz", "Warning BadId 14:6+2 zz")]
    [InlineData("Id = ef", "Id = 82", "Warning IdAndFileSystemDiffer 14:6+2 82|vfat|swap")]
    [InlineData("FSType = vfat", "FSType = fat32x", "Warning BadFileSystem 15:10+6 fat32x")]
    [InlineData("Bootable = yes", "Bootable = true", "Warning BadYesNo 16:12+4 Bootable|true")]
    [InlineData("Name = Windows 11", "Name =", "Warning MissingOsName 50:1+4 1")]
    [InlineData("Name = Windows 11", "Name = Ubuntu", "Warning DuplicateOsName 66:8+6 Ubuntu|51")]
    [InlineData("BaseImage = win11.qcow2\n", "", "Warning MissingOsKey 50:1+4 BaseImage|Windows 11")]
    [InlineData("Append =\n", "", "Warning MissingOsKey 50:1+4 Append|Windows 11")]
    [InlineData("Root = /dev/disk0p3", "Root =", "Warning MissingRoot 50:1+4 Windows 11")]
    [InlineData("Root = /dev/disk0p3", "Root = /dev/sda3", "Warning RootIsNoPartition 54:8+9 /dev/sda3|Windows 11")]
    [InlineData("Root = /dev/disk0p3", "Root = /dev/disk0p5", "Error RootIsCache 54:8+12 /dev/disk0p5|Windows 11")]
    [InlineData("BaseImage = win11.qcow2", "BaseImage = win 11.qcow2", "Warning BadImageName 53:13+12 win 11.qcow2")]
    [InlineData("BaseImage = win11.qcow2", "BaseImage = ../x.qcow2", "Warning BadImageName 53:13+10 ../x.qcow2")]
    [InlineData("BaseImage = win11.qcow2", "BaseImage = win11", "Warning BadImageName 53:13+5 win11")]
    [InlineData("BaseImage = win11.qcow2", "BaseImage = win11.cloop", "Warning CloopImage 53:13+11 win11.cloop")]
    [InlineData("IconName = win10.svg", "IconName = icons/win10.svg", "Warning BadIconName 52:12+15 icons/win10.svg")]
    [InlineData("Kernel = boot/vmlinuz", "Kernel = /boot/vmlinuz", "Warning AbsolutePath 69:10+13 Kernel|/boot/vmlinuz")]
    [InlineData("Initrd = boot/initrd.img", "Initrd = /boot/initrd.img", "Warning AbsolutePath 70:10+16 Initrd|/boot/initrd.img")]
    [InlineData("Initrd = boot/initrd.img", "Initrd =", "Warning KernelWithoutInitrd 69:10+12 boot/vmlinuz")]
    [InlineData("Kernel = auto", "Kernel = reboot", "Warning HistoricKernel 55:10+6 reboot")]
    [InlineData("DefaultAction = sync", "DefaultAction = halt", "Warning BadDefaultAction 63:17+4 halt")]
    [InlineData("AutostartTimeout = 5", "AutostartTimeout = 5s", "Warning BadNumber 62:20+2 AutostartTimeout|5s")]
    public void Each_fault_is_named_with_its_place(string line, string broken, string? problem)
    {
        var found = Check(Samples.With(line, broken));
        if (problem is null)
            Assert.Empty(found);
        else
            Assert.Contains(problem, found);
    }

    [Fact]
    public void All_faults_are_found_at_once()
    {
        var text = Samples.With("Bootable = yes", "Bootable = maybe").Replace("Size = 120G", "Size = big", StringComparison.Ordinal)
            .Replace("Append = ro splash", "Autostart = perhaps", StringComparison.Ordinal);
        Assert.Equal(
            [
                "Warning BadYesNo 16:12+5 Bootable|maybe", "Error BadSize 29:8+3 big", "Warning MissingOsKey 65:1+4 Append|Ubuntu",
                "Warning BadYesNo 71:13+7 Autostart|perhaps",
            ],
            Check(text));
    }

    [Fact]
    public void Two_systems_may_share_a_root_where_their_images_differ()
    {
        var shared = Samples.With("Root = /dev/disk0p4", "Root = /dev/disk0p3");
        Assert.DoesNotContain(Check(shared), p => p.Contains("SameRootAndImage", StringComparison.Ordinal));
        var same = shared.Replace("BaseImage = ubuntu.qcow2", "BaseImage = win11.qcow2", StringComparison.Ordinal);
        Assert.Contains("Warning SameRootAndImage 68:8+12 Ubuntu|Windows 11|/dev/disk0p3", Check(same));
    }

    [Fact]
    public void Only_one_system_starts_by_itself()
    {
        var text = Samples.With("Autostart = no", "Autostart = yes") + "Autostart = yes\n";
        Assert.Contains("Warning SecondAutostart 72:13+3 Ubuntu|Windows 11", Check(text));
    }

    [Fact]
    public void Logical_partitions_lie_in_an_extended_one_without_size()
    {
        const string text = """
            [LINBO]
            Group = lab1
            Cache = /dev/sda6
            [Partition]
            Dev = /dev/sda1
            Label = windows
            Size = 50G
            Id = 7
            FSType = ntfs
            Bootable = yes
            [Partition]
            Dev = /dev/sda2
            Size =
            Id = 5
            FSType =
            [Partition]
            Dev = /dev/sda6
            Label = cache
            Size =
            Id = 83
            FSType = ext4
            [OS]
            Name = Windows 10
            BaseImage = win10.qcow2
            Root = /dev/sda1
            Kernel = auto
            Initrd =
            Append =
            """;
        Assert.Empty(Check(text));
    }

    [Fact]
    public void Partitions_may_stand_in_any_order_because_LINBO_sorts_them_by_device()
    {
        const string cache = "[Partition]\nDev = /dev/disk0p5\nLabel = cache\nSize =\nId = 83\nFSType = ext4\nBootable = no\n\n";
        var text = Samples.WindowsAndLinux.Replace(cache, "", StringComparison.Ordinal);
        Assert.Empty(Check(text.Insert(text.IndexOf("[Partition]", StringComparison.Ordinal), cache)));
    }

    [Fact]
    public void Of_several_LINBO_sections_the_last_one_counts_as_for_clients()
    {
        var text = "[LINBO]\nGroup = old\nCache = /dev/sda9\n" + Samples.WindowsAndLinux;
        Assert.Equal(["Warning DuplicateLinbo 1:1+7"], Check(text));
        Assert.Equal("/dev/disk0p5", StartConfReader.Read(text).Linbo!.Cache);
    }

    [Fact]
    public void A_kernel_on_the_cache_loses_nothing_where_there_is_no_image()
    {
        var text = Samples.With("Root = /dev/disk0p3", "Root = /dev/disk0p5").Replace("BaseImage = win11.qcow2", "BaseImage =", StringComparison.Ordinal);
        Assert.Empty(Check(text));
    }

    [Theory]
    [InlineData("nas:/linbo/cache")]
    [InlineData("//nas/cache")]
    public void A_cache_on_the_network_is_no_partition(string cache) =>
        Assert.Empty(Check(Samples.With("Cache = /dev/disk0p5", "Cache = " + cache)));

    [Fact]
    public void A_file_with_one_comment_is_unconfigured() =>
        Assert.Equal(["Warning MissingLinbo 1:1+0", "Warning NoOperatingSystem 1:1+0"], Check("# nothing here\n"));

    [Fact]
    public void An_empty_file_has_problems_at_its_first_line() =>
        Assert.Equal(["Warning MissingLinbo 1:1+0", "Warning NoOperatingSystem 1:1+0"], Check(""));

    [Fact]
    public void A_byte_order_mark_and_Windows_line_endings_are_told()
    {
        var found = Check("\uFEFF" + Samples.WindowsAndLinux.Replace("\n", "\r\n", StringComparison.Ordinal));
        Assert.Equal(["Warning ByteOrderMark 1:1+0", "Warning WindowsLineEndings 1:30+0"], found);
    }

    [Fact]
    public void Settings_above_the_first_section_belong_to_nothing() =>
        Assert.Contains("Warning SettingOutsideSection 1:1+5 Group", Check("Group = a\n" + Samples.WindowsAndLinux));

    [Fact]
    public void Control_characters_are_named() => Assert.Contains("Error NulCharacter 3:10+1", Check("[LINBO]\nGroup = lab1\nTheme = a\0b\n"));

    [Theory]
    [InlineData("lab1", true)]
    [InlineData("Raum-101_neu+alt", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("lab 1", false)]
    [InlineData("../lab", false)]
    [InlineData("lab.1", false)]
    [InlineData("lüneburg", false)]
    [InlineData("lab1\n", false)]
    public void Group_names_are_safe_in_file_names(string? name, bool good) => Assert.Equal(good, StartConfRules.IsGroupName(name));
}
