namespace LinboPortal.Infrastructure.LinboTree;

/// <summary>The first files of a boot (linbo.md 2.1), and the names under which other people's DHCP servers ask for them.</summary>
public static class BootFileNames
{
    /// <summary>GRUB for BIOS, relative to the root of the tree.</summary>
    public const string Bios = "boot/grub/i386-pc/core.0";

    /// <summary>GRUB for 64-bit UEFI, relative to the root of the tree.</summary>
    public const string Uefi = "boot/grub/x86_64-efi/core.efi";

    /// <summary>As <see cref="Bios"/>, for PCs that another DHCP server gives their addresses: it knows the portal's.</summary>
    public const string BiosBehindProxy = "boot/grub/i386-pc/proxy.0";

    /// <summary>As <see cref="Uefi"/>, for PCs that another DHCP server gives their addresses.</summary>
    public const string UefiBehindProxy = "boot/grub/x86_64-efi/proxy.efi";

    private static readonly Dictionary<string, string> Ours = new(StringComparer.OrdinalIgnoreCase)
    {
        // Where somebody else made GRUB's directory, it has no such file.
        [BiosBehindProxy] = Bios,
        [UefiBehindProxy] = Uefi,
        ["pxelinux.0"] = Bios,
        ["lpxelinux.0"] = Bios,
        ["grub.0"] = Bios,
        ["boot/grub/grub.0"] = Bios,
        ["boot/grub/pxelinux.0"] = Bios,
        ["boot/grub/core.0"] = Bios,
        ["grub.efi"] = Uefi,
        ["grubx64.efi"] = Uefi,
        ["bootx64.efi"] = Uefi,
        ["core.efi"] = Uefi,
        ["boot/grub/grub.efi"] = Uefi,
        ["boot/grub/grubx64.efi"] = Uefi,
        ["boot/grub/core.efi"] = Uefi,
        ["boot/grub/x86_64-efi/grub.efi"] = Uefi,
        ["efi/boot/bootx64.efi"] = Uefi,
    };

    /// <summary>Our boot file behind a customary name; case does not matter, because firmware writes as it likes.</summary>
    public static bool TryGetOurs(string relativePath, out string ours) => Ours.TryGetValue(relativePath, out ours!);
}
