using LinboPortal.Core.Hosts;

namespace LinboPortal.Core.Boot;

/// <summary>What a requested path means for the boot of a PC (linbo.md 2.2, 2.3).</summary>
public enum BootFile
{
    /// <summary>Nothing that a boot needs by itself.</summary>
    Other,

    /// <summary>The program that the firmware starts: core.0, core.efi and what other DHCP servers name instead.</summary>
    Firmware,

    /// <summary>Configuration, modules, themes that GRUB reads.</summary>
    Grub,

    /// <summary>linbo64.</summary>
    Kernel,

    /// <summary>linbofs64.</summary>
    Initrd,

    /// <summary>start.conf in one of its names.</summary>
    StartConf,
}

/// <summary>Reads the meaning of requested paths.</summary>
public static class BootPaths
{
    private const string MacConfig = "boot/grub/grub.cfg-01-";

    /// <summary>Without leading slashes; GRUB asks with one, firmware without.</summary>
    public static string Normalise(string path) => path.TrimStart('/');

    /// <summary>What the path stands for.</summary>
    public static BootFile Classify(string path)
    {
        var normal = Normalise(path);
        var name = FileName(normal);
        if (name.EndsWith(".md5", StringComparison.OrdinalIgnoreCase))
            return BootFile.Other;
        if (name is "linbo64")
            return BootFile.Kernel;
        if (name is "linbofs64" or "linbofs64.lz")
            return BootFile.Initrd;
        if (name.StartsWith("start.conf", StringComparison.Ordinal))
            return BootFile.StartConf;
        if (IsFirmware(name))
            return BootFile.Firmware;
        return normal.StartsWith("boot/grub/", StringComparison.Ordinal) ? BootFile.Grub : BootFile.Other;
    }

    /// <summary>True where GRUB tells the PC's Ethernet address in the name of its first configuration file.</summary>
    public static bool TryGetMac(string path, out MacAddress mac)
    {
        mac = default;
        var normal = Normalise(path);
        return normal.StartsWith(MacConfig, StringComparison.Ordinal) && MacAddress.TryParse(normal[MacConfig.Length..], out mac);
    }

    /// <summary><c>bios</c> or <c>uefi</c> where the path tells, else empty.</summary>
    public static string Firmware(string path)
    {
        var normal = Normalise(path);
        var name = FileName(normal);
        if (normal.Contains("/i386-pc/", StringComparison.Ordinal) || name is "core.0" or "pxelinux.0" or "lpxelinux.0" || name.EndsWith("pxe", StringComparison.Ordinal))
            return BootFirmware.Bios;
        var isEfi = normal.Contains("-efi/", StringComparison.Ordinal)
            || (name.EndsWith(".efi", StringComparison.OrdinalIgnoreCase) && Classify(normal) == BootFile.Firmware);
        return isEfi ? BootFirmware.Uefi : "";
    }

    /// <summary>The part after the last slash.</summary>
    public static string FileName(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static bool IsFirmware(string name) =>
        name.EndsWith(".efi", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".kpxe", StringComparison.Ordinal)
        || name is "core.0" or "core.min" or "proxy.0" or "pxelinux.0" or "lpxelinux.0" or "grub.0" or "grub2pxe";
}

/// <summary>The words for <see cref="BootRun.Firmware"/>.</summary>
public static class BootFirmware
{
    /// <summary>PXE of a BIOS.</summary>
    public const string Bios = "bios";

    /// <summary>PXE of a UEFI firmware.</summary>
    public const string Uefi = "uefi";

    /// <summary>HTTP boot of a UEFI firmware.</summary>
    public const string UefiHttp = "uefi-http";

    /// <summary>The word for DHCP option 93 (RFC 4578 and IANA's list), empty for unknown numbers.</summary>
    public static string FromArchitecture(int? architecture) => architecture switch
    {
        0 => Bios,
        2 or 6 or 7 or 8 or 9 or 10 or 11 => Uefi,
        15 or 16 or 17 or 18 or 19 => UefiHttp,
        _ => "",
    };
}
