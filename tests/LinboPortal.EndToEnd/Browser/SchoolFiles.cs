using System.Globalization;
using System.Text;

namespace LinboPortal.EndToEnd.Browser;

/// <summary>What a small school brings along from its old server.</summary>
internal static class SchoolFiles
{
    /// <summary>With what real files have: comments, blank lines, columns of others, a MAC in another spelling, DHCP instead of an address.</summary>
    public static string Devices { get; } = Write();

    public const string StartConf = """
        # Windows 11 beside Ubuntu
        [LINBO]
        Group = win11
        Cache = /dev/nvme0n1p3
        RootTimeout = 600
        AutoPartition = no
        AutoFormat = no
        AutoInitCache = no
        DownloadType = rsync
        GuiDisabled = no
        Locale = de-de
        KernelOptions = quiet splash

        [Partition]
        Dev = /dev/nvme0n1p1
        Label = efi
        Size = 512M
        Id = ef
        FSType = vfat
        Bootable = yes

        [Partition]
        Dev = /dev/nvme0n1p2
        Label = windows
        Size = 120G
        Id = 7
        FSType = ntfs
        Bootable = no

        [Partition]
        Dev = /dev/nvme0n1p3
        Label = cache
        Size =
        Id = 83
        FSType = ext4
        Bootable = no

        [OS]
        Name = Windows 11
        Description = Windows 11
        IconName = win10.svg
        BaseImage = win11.qcow2
        Root = /dev/nvme0n1p2
        Kernel = auto
        Initrd =
        Append =
        StartEnabled = yes
        SyncEnabled = yes
        NewEnabled = yes
        Autostart = no
        AutostartTimeout = 5
        DefaultAction = sync
        Hidden = yes

        """;

    private static string Write()
    {
        var text = new StringBuilder("# devices.csv of the old server\n\n");
        foreach (var (room, count, net) in new[] { ("r101", 14, 101), ("r102", 30, 102), ("bib", 6, 103) })
        {
            text.Append(CultureInfo.InvariantCulture, $"# {room}\n");
            for (var i = 1; i <= count; i++)
            {
                var address = room == "bib" ? "DHCP" : $"10.16.{net}.{i}";
                text.Append(CultureInfo.InvariantCulture, $"{room};{room}-pc{i:00};win11;52:54:00:{net:x2}:00:{i:x2};{address};;;;classroom-studentcomputer;;1;;;;;\n");
            }
        }

        return text.Append("r101;r101-drucker;nopxe;525400AA0001;10.16.101.250;;;;printer;keep;0;;;;im Flur;\n").ToString();
    }
}
