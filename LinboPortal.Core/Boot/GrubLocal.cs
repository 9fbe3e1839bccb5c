namespace LinboPortal.Core.Boot;

/// <summary>The grub.cfg that a client keeps in its cache partition, with which it boots without a network.</summary>
internal static class GrubLocal
{
    public static string Render(KernelOptions options) => $$"""
        # GRUB for booting from the cache. Written by LinboPortal when the client asked for it.
        set default=0
        set fallback=1
        set timeout=0

        if [ "$grub_platform" = "pc" ]; then
          insmod biosdisk
          insmod ntldr
        else
          insmod efi_gop
        fi
        {{string.Join('\n', Modules.Select(m => "insmod " + m))}}

        if search --set=root --file /start.conf; then
          set linboroot="$root"
        fi
        set prefix=/boot/grub

        menuentry 'Operating system' {
          if [ -s $prefix/grubenv ]; then
            load_env
          fi
          if [ -n "$reboot_iso" ]; then
            search --set=bootroot --file "/$reboot_iso"
          fi
        {{GrubText.Indent(GrubSnippets.RebootTarget, 2)}}
          if [ -n "$bootroot" ]; then
            terminal_output console
            echo "Booting the operating system ..."
            set isofile="$reboot_iso"
            set reboot_grub=""
            set reboot_label=""
            set reboot_iso=""
            save_env reboot_grub reboot_label reboot_iso
            set root="$bootroot"
            if [ -n "$isofile" -a -e "/$isofile" ]; then
              loopback loop "/$isofile"
              linux (loop)/$reboot_kernel $reboot_append
              if [ -n "$reboot_initrd" ]; then
                initrd (loop)/$reboot_initrd
              fi
              boot
            fi
        {{GrubText.Indent(GrubSnippets.RebootPaths, 4)}}
        {{GrubText.Indent(GrubSnippets.BootSystem(GrubSnippets.RebootKernels, "$reboot_append"), 4)}}
          elif [ -s $prefix/custom.cfg ]; then
            configfile $prefix/custom.cfg
          fi
        }

        menuentry 'LINBO' {
          set linbo_kernel=/linbo64
          set linbo_initrd=/linbofs64
          set root="$linboroot"
          if [ ! -e "$linbo_initrd" -a -e {{GrubSnippets.OldInitramfs}} ]; then
            set linbo_initrd={{GrubSnippets.OldInitramfs}}
          fi
          if [ -e "$linbo_kernel" -a -e "$linbo_initrd" ]; then
            set gfxpayload=640x480x16
            echo "Loading LINBO from the cache ..."
            linux $linbo_kernel {{GrubText.Words(options.Merge(KernelOptions.Parse("localboot")))}}
            initrd $linbo_initrd
            boot
          fi
          echo "Booting from the network ..."
          if [ "$grub_platform" = "pc" ]; then
            linux16 /ipxe.lkrn dhcp
          else
            chainloader /ipxe.efi
          fi
          boot
        }

        """;

    private static readonly string[] Modules =
    [
        "all_video", "png", "gfxterm", "gfxmenu", "chain", "configfile", "ext2", "fat", "ntfs", "linux", "loadenv", "loopback", "minicmd",
        "part_msdos", "part_gpt", "progress", "reiserfs", "search", "terminal", "test",
    ];
}
