namespace LinboPortal.Infrastructure.Boot;

/// <summary>One kind of firmware that GRUB is built for.</summary>
/// <param name="Name">GRUB's name, also of the directory below <c>boot/grub</c>.</param>
/// <param name="CoreFile">The file that the firmware loads first.</param>
/// <param name="ProxyFile">Its counterpart for PCs that another DHCP server gives their addresses.</param>
/// <param name="ImageFormat">What grub-mkimage calls the form of both.</param>
/// <param name="Package">Debian's package with the modules, for the remedy.</param>
/// <param name="Extra">Modules beside <see cref="Common"/> (linbo.md 2.3).</param>
internal sealed record GrubPlatform(string Name, string CoreFile, string ProxyFile, string ImageFormat, string Package, IReadOnlyList<string> Extra)
{
    /// <summary>Built into the first file, so that a PC asks for one file instead of forty.</summary>
    public static readonly IReadOnlyList<string> Common =
    [
        "all_video", "boot", "chain", "configfile", "cpuid", "echo", "net", "ext2", "extcmd", "fat", "gettext", "gfxmenu", "gfxterm",
        "gfxterm_background", "gzio", "halt", "http", "iso9660", "ntfs", "linux", "linux16", "loadenv", "loopback", "minicmd", "normal",
        "part_gpt", "part_msdos", "png", "progress", "read", "reboot", "regexp", "reiserfs", "search", "search_fs_file", "search_fs_uuid",
        "search_label", "sleep", "terminal", "test", "tftp", "true",
    ];

    public static readonly IReadOnlyList<GrubPlatform> All =
    [
        new("i386-pc", "core.0", "proxy.0", "i386-pc-pxe", "grub-pc-bin", ["biosdisk", "ntldr", "pxe"]),
        new("x86_64-efi", "core.efi", "proxy.efi", "x86_64-efi", "grub-efi-amd64-bin", []),
    ];

    /// <summary>Modules that this installation of GRUB has; EFI takes every <c>*efi*</c> module.</summary>
    public IReadOnlyList<string> ModulesIn(string directory)
    {
        IEnumerable<string> efi = Name.EndsWith("-efi", StringComparison.Ordinal)
            ? Directory.GetFiles(directory, "*efi*.mod").Select(f => Path.GetFileNameWithoutExtension(f))
            : [];
        return [.. Common.Concat(Extra).Concat(efi).Distinct().Where(m => File.Exists(Path.Combine(directory, m + ".mod"))).Order(StringComparer.Ordinal)];
    }
}
