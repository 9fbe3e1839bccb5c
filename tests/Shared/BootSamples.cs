using System.Net;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Hosts;

namespace LinboPortal.Testing;

/// <summary>
/// Boots as the portal's servers see them, with the requests, sizes and pauses of real PCs (QEMU with iPXE and OVMF, GRUB 2.06, LINBO 7.4).
/// Each call makes one boot with its own key.
/// </summary>
public sealed class BootSamples(DateTimeOffset start, Guid? hostId = null, string host = "pc1", string group = "lab1", ulong mac = 0x525400aabb01)
{
    private const long KernelSize = 15_204_352;
    private const long InitrdSize = 98_566_144;

    private readonly IPAddress address = new([10, 77, 1, (byte)(mac & 0xff)]);
    private DateTimeOffset at;
    private BootRun run = new() { StartedAt = start };

    private string DashedMac => new MacAddress(mac).ToDashed();

    /// <summary>BIOS, everything by TFTP.</summary>
    public BootRun Bios()
    {
        Begin("bios");
        Dhcp("PXEClient", 0);
        Wait(13_000);
        File("boot/grub/i386-pc/core.0", 92_672, 60);
        Wait(900);
        GrubTries();
        Modules("i386-pc", ["command", "fs", "crypto", "terminal"], []);
        Config(true);
        Look();
        File("linbo64", KernelSize, 420);
        File("linbofs64", InitrdSize, 2600, retransmits: 3);
        return Linbo();
    }

    /// <summary>UEFI, everything by TFTP; the firmware probes the size of its file first.</summary>
    public BootRun Uefi()
    {
        Begin("uefi");
        Dhcp("PXEClient", 7);
        Wait(350);
        Add(BootStepKind.Tftp, "boot/grub/x86_64-efi/core.efi", 2, 0, BootStepOutcome.Aborted, size: 331_776, detail: "8 User aborted the transfer");
        File("boot/grub/x86_64-efi/core.efi", 331_776, 95);
        Wait(1_300);
        GrubTries();
        Modules("x86_64-efi", ["command", "fs", "crypto", "terminal"], EfiModules);
        Config(true);
        Look();
        File("linbo64", KernelSize, 390);
        File("linbofs64", InitrdSize, 2_450, retransmits: 1);
        return Linbo();
    }

    /// <summary>UEFI HTTP boot; kernel and initramfs by HTTP too.</summary>
    public BootRun Http()
    {
        Begin("uefi-http");
        Dhcp("HTTPClient", 16);
        Wait(400);
        Add(BootStepKind.Http, "boot/grub/x86_64-efi/core.efi", 40, 331_776, BootStepOutcome.Served, 331_776);
        Wait(1_200);
        GrubTries();
        Modules("x86_64-efi", ["command", "fs", "crypto", "terminal"], EfiModules);
        Config(true);
        Add(BootStepKind.Http, "linbo64", 110, KernelSize, BootStepOutcome.Served, KernelSize);
        Add(BootStepKind.Http, "linbofs64", 840, InitrdSize, BootStepOutcome.Served, InitrdSize);
        return Linbo();
    }

    /// <summary>GRUB asks for a group that has no start.conf, falls back to LINBO without a group, and is left there.</summary>
    public BootRun MissingGroupConfig()
    {
        Begin("bios");
        Dhcp("PXEClient", 0);
        Wait(13_000);
        File("boot/grub/i386-pc/core.0", 92_672, 60);
        Wait(900);
        GrubTries();
        Modules("i386-pc", ["command", "fs", "crypto", "terminal"], []);
        Config(false);
        return run;
    }

    /// <summary>The kernel was never put into the tree.</summary>
    public BootRun MissingKernel()
    {
        Begin("uefi");
        Dhcp("PXEClient", 7);
        Wait(350);
        File("boot/grub/x86_64-efi/core.efi", 331_776, 95);
        Wait(1_300);
        GrubTries();
        Modules("x86_64-efi", ["command", "fs", "crypto", "terminal"], EfiModules);
        Config(true);
        Add(BootStepKind.Http, "linbo64", 1, 0, BootStepOutcome.NotFound);
        Add(BootStepKind.Tftp, "linbo64", 1, 0, BootStepOutcome.NotFound);
        return run;
    }

    /// <summary>GRUB read its configuration and asked for nothing more.</summary>
    public BootRun SilentAfterGrub()
    {
        Begin("bios");
        Dhcp("PXEClient", 0);
        Wait(700);
        File("boot/grub/i386-pc/core.0", 92_672, 60);
        Wait(900);
        GrubTries();
        Modules("i386-pc", ["command", "fs", "crypto", "terminal"], []);
        Config(true);
        return run;
    }

    /// <summary>Loading the initramfs broke off on a network that loses packets.</summary>
    public BootRun BrokenTransfer()
    {
        Begin("uefi");
        Dhcp("PXEClient", 7);
        Wait(350);
        File("boot/grub/x86_64-efi/core.efi", 331_776, 95);
        Wait(1_300);
        GrubTries();
        Modules("x86_64-efi", ["command", "fs", "crypto", "terminal"], EfiModules);
        Config(true);
        File("linbo64", KernelSize, 1_900, retransmits: 410);
        Add(BootStepKind.Tftp, "linbofs64", 21_000, 12_582_912, BootStepOutcome.Failed, InitrdSize, 388, "no acknowledgement for 10 s");
        return run;
    }

    /// <summary>GRUB has loaded the kernel and reads on.</summary>
    public BootRun StillBooting()
    {
        Begin("bios");
        Dhcp("PXEClient", 0);
        Wait(2_000);
        File("boot/grub/i386-pc/core.0", 92_672, 60);
        Wait(900);
        GrubTries();
        Modules("i386-pc", ["command", "fs", "crypto", "terminal"], []);
        Config(true);
        Look();
        File("linbo64", KernelSize, 420);
        return run;
    }

    private static readonly string[] EfiModules =
    [
        "normal", "gzio", "gettext", "terminal", "crypto", "extcmd", "boot", "bufio", "priority_queue", "test", "echo", "sleep", "loadenv", "disk", "search",
        "search_fs_file", "search_label", "search_fs_uuid", "part_gpt", "part_msdos", "ext2", "fshelp", "ntfs", "fat", "iso9660", "reiserfs", "all_video",
        "efi_gop", "efi_uga", "video_bochs", "video_cirrus", "video_fb", "gfxterm", "gfxmenu", "font", "bitmap", "bitmap_scale", "trig", "png", "linux",
        "relocator", "mmap", "cpuid",
    ];

    private void Begin(string firmware)
    {
        at = start;
        run = new BootRun
        {
            HostId = hostId,
            Mac = new MacAddress(mac),
            Address = address,
            Firmware = firmware,
            StartedAt = start,
            LastStepAt = start,
        };
    }

    private void Wait(int milliseconds) => at += TimeSpan.FromMilliseconds(milliseconds);

    private void Dhcp(string vendor, int architecture)
    {
        var asked = new DhcpFacts { VendorClass = vendor, Architecture = architecture };
        var given = new DhcpFacts
        {
            Given = address,
            HostName = host,
            Group = group,
            ExtensionsPath = group,
            Server = IPAddress.Parse("10.77.0.1"),
            NextServer = IPAddress.Parse("10.77.0.1"),
            BootFile = architecture == 0 ? "boot/grub/i386-pc/core.0" : "boot/grub/x86_64-efi/core.efi",
        };
        Say("discover", asked);
        Wait(18);
        Say("offer", given);
        Wait(1_050);
        Say("request", asked);
        Wait(9);
        Say("ack", given);
    }

    private void Say(string word, DhcpFacts facts) => Add(BootStepKind.Dhcp, word, 0, 0, BootStepOutcome.Served, detail: facts.ToString());

    /// <summary>GRUB's first names: by MAC, then by address, a digit less each time.</summary>
    private void GrubTries()
    {
        Miss($"boot/grub/grub.cfg-01-{DashedMac}");
        var hex = Convert.ToHexString(address.GetAddressBytes());
        for (var length = hex.Length; length > 0; length--)
            Miss($"boot/grub/grub.cfg-{hex[..length]}");
    }

    private void Modules(string platform, string[] lists, string[] modules)
    {
        File("boot/grub/" + platform + "/grub.cfg", 96, 3);
        foreach (var list in lists)
            File($"boot/grub/{platform}/{list}.lst", 900 + list.Length * 311, 4);
        foreach (var module in modules)
            File($"boot/grub/{platform}/{module}.mod", 4_096 + module.Length * 2_913, 7);
    }

    private void Config(bool found)
    {
        File("boot/grub/grub.cfg", 6_204, 8);
        Miss($"boot/grub/spool/{host}.reboot");
        Wait(260);
        Miss($"boot/grub/hostcfg/{host}.cfg", !found);
        if (found)
            File($"boot/grub/{group}.cfg", 7_120, 9);
        else
            Miss($"boot/grub/{group}.cfg");
    }

    private void Look()
    {
        File("boot/grub/themes/linbo/theme.txt", 1_840, 5);
        File("boot/grub/fonts/unicode.pf2", 2_405_030, 140);
        File("boot/grub/themes/linbo/background.png", 204_800, 22);
    }

    private void Miss(string path, bool really = true)
    {
        if (really)
            Add(BootStepKind.Tftp, path, 1, 0, BootStepOutcome.NotFound, detail: "1 File not found");
        Wait(3);
    }

    /// <summary>LINBO itself: address, start.conf, its files, SSH.</summary>
    private BootRun Linbo()
    {
        Wait(3_900);
        Say("discover", new DhcpFacts { VendorClass = "udhcp 1.36.1" });
        Wait(12);
        Say("ack", new DhcpFacts { Given = address, HostName = host, Group = group });
        Wait(480);
        Add(BootStepKind.StartConf, $"start.conf.{group}", 34, 2_311, BootStepOutcome.Served, 2_311);
        Wait(700);
        Rsync("linbofs64.md5", 33);
        Rsync("torrent-client.conf", null);
        Rsync($"boot/grub/spool/{host}.{group}.grub.cfg", 5_120);
        Rsync($"boot/grub/{group}.cfg", 7_120);
        Rsync($"linbocmd/{host}.cmd", null);
        Wait(1_400);
        Add(BootStepKind.Ssh, "2222", 0, 0, BootStepOutcome.Served);
        run.CompletedAt = at;
        return run;
    }

    private void Rsync(string path, long? size)
    {
        Add(BootStepKind.Rsync, path, 21, size ?? 0, size is null ? BootStepOutcome.NotFound : BootStepOutcome.Served, size);
        Wait(60);
    }

    private void File(string path, long size, int milliseconds, int retransmits = 0)
    {
        Add(BootStepKind.Tftp, path, milliseconds, size, BootStepOutcome.Served, size, retransmits);
        Wait(4);
    }

    private void Add(
        BootStepKind kind, string path, int milliseconds, long bytes, BootStepOutcome outcome, long? size = null, int retransmits = 0, string? detail = null)
    {
        run.Steps.Add(new BootStep
        {
            BootRunId = run.Id,
            Kind = kind,
            Path = path,
            StartedAt = at,
            Duration = TimeSpan.FromMilliseconds(milliseconds),
            Bytes = bytes,
            Size = size,
            Retransmits = retransmits,
            Outcome = outcome,
            Detail = detail,
        });
        Wait(milliseconds);
        run.LastStepAt = at;
    }
}
