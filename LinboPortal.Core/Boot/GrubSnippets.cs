namespace LinboPortal.Core.Boot;

/// <summary>Pieces that several of the GRUB files have in common.</summary>
internal static class GrubSnippets
{
    /// <summary>
    /// Loads LINBO from the network and boots it; returns where it cannot. <c>linux</c> itself is the test for HTTP: GRUB's
    /// <c>-f</c> and <c>-e</c> never see files on the network, and <c>-s</c> takes every HTTP answer, a 404 too, for a file.
    /// </summary>
    public static string NetbootFunction(GrubServer server, KernelOptions options)
    {
        var words = GrubText.Words(options.Merge(KernelOptions.Parse("netboot")));
        var http = server.HttpRoot is not { } root ? "" : $$"""

              if [ -n "$net_default_server" ]; then
                insmod http
                echo "Loading LINBO from {{root}} ..."
                if linux "{{root}}/linbo64" {{words}} $1; then
                  if initrd "{{root}}/linbofs64"; then
                    boot
                  fi
                fi
                echo "LINBO does not load over HTTP, taking TFTP."
              fi
            """;
        return $$"""
            # LINBO from the network{{(http.Length > 0 ? ": over HTTP, else over TFTP" : "")}}
            function linbo_netboot {{{http}}
              set root="(tftp)"
              echo "Loading LINBO from $root ..."
              linux /linbo64 {{words}} $1
              initrd /linbofs64
              boot
            }
            """;
    }

    /// <summary>The initramfs as LINBO 4.1 to 4.2.9 keeps it in its cache.</summary>
    public const string OldInitramfs = "/linbofs64.lz";

    /// <summary>Boots LINBO from <c>$cacheroot</c>, under either name that clients keep its initramfs by; returns where it cannot.</summary>
    public static string CacheFunctions(KernelOptions options) => $$"""
        # LINBO from the cache
        function linbo_cacheboot {
          set root="$cacheroot"
          set linbo_initrd=/linbofs64
          if [ ! -e /linbofs64 -a -e {{OldInitramfs}} ]; then
            set linbo_initrd={{OldInitramfs}}
          fi
          if [ -e /linbo64 -a -e $linbo_initrd ]; then
            echo "Loading LINBO from the cache ..."
            linux /linbo64 {{GrubText.Words(options.Merge(KernelOptions.Parse("localboot")))}} $1
            initrd $linbo_initrd
            boot
          fi
        }
        """;

    /// <summary>
    /// Boots the operating system on <c>$root</c>: first the kernel that was named, then what usual systems have, then Windows.
    /// </summary>
    /// <param name="kernels">What was named; none for Windows.</param>
    /// <param name="append">Kernel parameters, ready for GRUB.</param>
    public static string BootSystem(IEnumerable<GrubKernel> kernels, string append) => $$"""
        set win_efiloader=/EFI/Microsoft/Boot/bootmgfw.efi
        {{Kernels([.. kernels, .. UsualKernels], append)}}
        elif [ -s /boot/grub/grub.cfg ]; then
          configfile /boot/grub/grub.cfg
        elif [ "$grub_platform" = "pc" ]; then
          if [ -s /bootmgr ]; then
            ntldr /bootmgr
          elif [ -s /ntldr ]; then
            ntldr /ntldr
          elif [ -s /grldr ]; then
            ntldr /grldr
          else
            chainloader +1
          fi
          boot
        elif [ -e "$win_efiloader" ]; then
          chainloader "$win_efiloader"
          boot
        elif search --set=root --file "$win_efiloader"; then
          chainloader "$win_efiloader"
          boot
        fi
        """;

    /// <summary>LINBO writes paths with or without the first slash; GRUB needs it.</summary>
    public const string RebootPaths = """
        if [ -n "$reboot_kernel" -a ! -e "$reboot_kernel" ]; then
          set reboot_kernel="/$reboot_kernel"
          if [ -n "$reboot_initrd" ]; then
            set reboot_initrd="/$reboot_initrd"
          fi
        fi
        """;

    /// <summary>What <see cref="RebootPaths"/> prepared.</summary>
    public static readonly GrubKernel[] RebootKernels =
    [
        new("\"$reboot_kernel\"", null, "-n \"$reboot_kernel\" -a -z \"$reboot_initrd\" -a "), new("\"$reboot_kernel\"", "\"$reboot_initrd\""),
    ];

    /// <summary>Finds the system that LINBO wants started after a reboot and forgets the wish, so that it holds once.</summary>
    public const string RebootTarget = """
        if [ -n "$reboot_label" ]; then
          search --set=bootroot --label "$reboot_label"
        fi
        if [ -n "$reboot_grub" -a -z "$bootroot" ]; then
          set bootroot="$reboot_grub"
        fi
        """;

    private static readonly GrubKernel[] UsualKernels =
    [
        new("/boot/vmlinuz", "/boot/initrd.img"), new("/boot/vmlinuz", "/boot/initrd"), new("/vmlinuz", "/initrd.img"), new("/vmlinuz", "/initrd"),
    ];

    private static string Kernels(GrubKernel[] kernels, string append) => string.Join('\n', kernels.Distinct().Select((k, i) => $"""
        {(i == 0 ? "if" : "elif")} [ {k.Condition}-e {k.Kernel}{(k.Initrd is null ? "" : $" -a -e {k.Initrd}")} ]; then
          linux {k.Kernel} {append}{(k.Initrd is null ? "" : $"\n  initrd {k.Initrd}")}
          boot
        """));
}

/// <summary>A kernel as GRUB's script names it.</summary>
/// <param name="Kernel">GRUB expression of its path.</param>
/// <param name="Initrd">That of its initramfs; null for a kernel that needs none.</param>
/// <param name="Condition">What must hold besides, ending with <c>-a </c>.</param>
internal sealed record GrubKernel(string Kernel, string? Initrd, string Condition = "");
