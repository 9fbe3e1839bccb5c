namespace LinboPortal.Core.Tests.StartConf;

/// <summary>Texts of start.conf that the project wrote for its tests.</summary>
internal static class Samples
{
    public const string WindowsAndLinux = """
        # Raum 101: Windows und Linux
        [LINBO]                    # gilt für alle
        Group = lab1               # Hardwareklasse
        Cache = /dev/disk0p5       # Cache
        DownloadType = rsync
        KernelOptions = quiet splash
        RootTimeout = 600
        Locale = de-de

        [Partition]
        Dev = /dev/disk0p1
        Label = efi
        Size = 250M
        Id = ef
        FSType = vfat
        Bootable = yes

        [Partition]
        Dev = /dev/disk0p2
        Label = msr
        Size = 16M
        Id = 0c01
        FSType =                   # keins
        Bootable = no

        [Partition]
        Dev = /dev/disk0p3
        Label = windows
        Size = 120G
        Id = 7
        FSType = ntfs
        Bootable = no

        [Partition]
        Dev = /dev/disk0p4
        Label = ubuntu
        Size = 60G
        Id = 83
        FSType = ext4
        Bootable = no

        [Partition]
        Dev = /dev/disk0p5
        Label = cache
        Size =
        Id = 83
        FSType = ext4
        Bootable = no

        [OS]
        Name = Windows 11
        IconName = win10.svg
        BaseImage = win11.qcow2
        Root = /dev/disk0p3
        Kernel = auto
        Initrd =
        Append =
        StartEnabled = yes
        SyncEnabled = yes
        NewEnabled = yes
        Autostart = no
        AutostartTimeout = 5
        DefaultAction = sync

        [OS]
        Name = Ubuntu
        BaseImage = ubuntu.qcow2
        Root = /dev/disk0p4
        Kernel = boot/vmlinuz
        Initrd = boot/initrd.img
        Append = ro splash

        """;

    /// <summary>A text that is right, with one line put in the place of another: what tests break.</summary>
    public static string With(string line, string replacement)
    {
        Assert.Contains(line, WindowsAndLinux, StringComparison.Ordinal);
        var at = WindowsAndLinux.IndexOf(line, StringComparison.Ordinal);
        return WindowsAndLinux[..at] + replacement + WindowsAndLinux[(at + line.Length)..];
    }
}
