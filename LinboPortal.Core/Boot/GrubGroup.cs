using LinboPortal.Core.StartConf;

namespace LinboPortal.Core.Boot;

/// <summary>A group's GRUB file: LINBO first, then the entries of its operating systems.</summary>
internal static class GrubGroup
{
    public static string Render(string group, StartConfDocument startConf, LinboEntry linbo, GrubServer server)
    {
        var options = KernelOptions.Parse(linbo.KernelOptions);
        var label = startConf.FindPartition(linbo.Cache)?.Label ?? "";
        return $$"""
            {{Header(group)}}
            set default=0
            set timeout=0
            set fallback=1

            set gfxmode=auto
            set gfxpayload=keep
            insmod all_video
            insmod png
            insmod gfxterm
            insmod gfxmenu
            insmod minicmd
            insmod progress
            terminal_output gfxterm
            background_color 42,68,87

            set linbo_kernel=/linbo64
            set linbo_initrd=/linbofs64
            set theme=/boot/grub/themes/linbo/theme.txt
            export theme

            # the cache: by its label, by what lies in it, by its number
            set cacheroot=""
            {{Search(label, "cacheroot")}}
            if [ -z "$cacheroot" ]; then
              search --set=cacheroot --file /start.conf
            fi
            if [ -z "$cacheroot" ]; then
              search --set=cacheroot --file $linbo_initrd
            fi
            if [ -z "$cacheroot" ]; then
              search --set=cacheroot --file {{GrubSnippets.OldInitramfs}}
            fi
            if [ -z "$cacheroot" ]; then
              set cacheroot="{{GrubName(linbo.Cache)}}"
            fi
            export cacheroot
            set root="$cacheroot"

            {{GrubSnippets.NetbootFunction(server, options)}}

            {{GrubSnippets.CacheFunctions(options)}}

            # LINBO from the cache where it is whole, else from the network
            function linbo_boot {
              set root="$cacheroot"
              set linbo_list=/boot/grub/linbo.md5sum
              if [ ! -e /linbofs64 -a -e {{GrubSnippets.OldInitramfs}} ]; then
                set linbo_list=/boot/grub/linbo.lz.md5sum
              fi
              if [ -n "$net_default_server" -o -n "$pxe_default_server" ]; then
                # The server knows what its files are; a cache with others may be cut off. LINBO itself loads it anew.
                echo "Checking the cache ..."
                if md5sum --check "(tftp)$linbo_list"; then
                  linbo_cacheboot $1
                fi
                linbo_netboot $1
                echo "LINBO does not load from the network, taking the cache."
              fi
              linbo_cacheboot $1
              set root="$cacheroot"
              echo "Booting from the network ..."
              if [ "$grub_platform" = "pc" ]; then
                if [ -e /ipxe.lkrn ]; then
                  linux16 /ipxe.lkrn dhcp
                  boot
                fi
              elif [ -e /ipxe.efi ]; then
                chainloader /ipxe.efi
                boot
              fi
            }

            menuentry 'LINBO' --class linbo {
              echo "LINBO for group {{group}}"
              linbo_boot
            }

            {{string.Join('\n', startConf.OperatingSystems.Select(s => RenderSystem(startConf, s)))}}
            """;
    }

    public static string RenderForcedNetboot(string group, LinboEntry? linbo, GrubServer server) => $$"""
        {{Header(group)}}
        # The group has no cache partition: LINBO comes from the network at every boot.
        set default=0
        set timeout=0
        set gfxpayload=800x600x16
        set theme=/boot/grub/themes/linbo/theme.txt
        export theme

        {{GrubSnippets.NetbootFunction(server, KernelOptions.Parse("quiet splash nomodeset").Merge(KernelOptions.Parse(linbo?.KernelOptions)))}}

        menuentry 'LINBO' --class linbo {
          echo "LINBO for group {{group}}"
          linbo_netboot
        }

        """;

    private static string Header(string group) => $"""
        # GRUB for the group {group}. Written by LinboPortal from start.conf.{group}.
        # Remove the next line to keep this file from being written again.
        {GrubConfig.Marker}
        """;

    private static string RenderSystem(StartConfDocument startConf, OsEntry system)
    {
        var type = GrubText.OsType(system.Name);
        var root = startConf.FindPartition(system.Root);
        if (system.IsLiveIso)
            return RenderLiveSystem(system, type, root);
        var append = KernelOptions.Parse(system.Append);
        if (root is { Label.Length: > 0 } && !append.Has("root"))
            append = append.Merge(KernelOptions.Parse("root=LABEL=" + root.Label));
        var start = system.Number;
        return $$"""
            menuentry {{Title(system, "Start")}} --class {{type}}_start {
            {{SetRoot(system, root)}}
            {{GrubText.Indent(GrubSnippets.BootSystem(Kernels(system), GrubText.Words(append)), 2)}}
            }

            menuentry {{Title(system, "Linbo-Start")}} --class {{type}}_start {
              linbo_boot linbocmd=start:{{start}}
            }

            menuentry {{Title(system, "Sync+Start")}} --class {{type}}_syncstart {
              linbo_boot linbocmd=sync:{{start}},start:{{start}}
            }

            {{(root is null ? "" : $$"""
            menuentry {{Title(system, "Neu+Start")}} --class {{type}}_newstart {
              linbo_boot linbocmd=format:{{root.Number}},sync:{{start}},start:{{start}}
            }

            """)}}
            """;
    }

    private static string RenderLiveSystem(OsEntry system, string type, PartitionEntry? root) => $$"""
        menuentry {{Title(system, "Start")}} --class {{type}}_start {
        {{SetRoot(system, root)}}
          loopback loop /{{GrubText.Word(system.BaseImage)}}
        {{GrubText.Indent(BootLiveSystem(system), 2)}}
          boot
        }

        """;

    // Without a kernel of its own the ISO's menu knows what to boot; most take the file's name from iso_path.
    private static string BootLiveSystem(OsEntry system) => HasKernel(system) ? $"""
        linux (loop){Path(system.Kernel)} quiet splash noprompt noeject {GrubText.Word("findiso=" + system.BaseImage)} {GrubText.Word("iso-scan/filename=/" + system.BaseImage)} {GrubText.Words(KernelOptions.Parse(system.Append))}{(system.Initrd.Length > 0 ? $"\ninitrd (loop){Path(system.Initrd)}" : "")}
        """ : $"""
        set iso_path=/{GrubText.Word(system.BaseImage)}
        export iso_path
        set root=(loop)
        configfile /boot/grub/grub.cfg
        """;

    private static string SetRoot(OsEntry system, PartitionEntry? root) => GrubText.Indent($"""
        set bootroot=""
        {Search(root?.Label ?? "", "bootroot")}
        if [ -z "$bootroot" ]; then
          set bootroot="{GrubName(system.Root)}"
        fi
        set root="$bootroot"
        """, 2);

    private static string Search(string label, string variable) =>
        label.Length == 0 ? "# (the partition has no label)" : $"search --set={variable} --label {GrubText.Quote(label)}";

    private static string Title(OsEntry system, string kind) => GrubText.Quote($"{system.Name} ({kind})");

    private static string GrubName(string device) => BlockDevice.TryParse(device, out var parsed) ? parsed.ToGrub() : "";

    private static IEnumerable<GrubKernel> Kernels(OsEntry system) =>
        HasKernel(system) ? [new GrubKernel(Path(system.Kernel), system.Initrd.Length > 0 ? Path(system.Initrd) : null)] : [];

    // "auto" stands for Windows, which is found by its boot loader; the others are words of former times for the same.
    private static bool HasKernel(OsEntry system) => system.Kernel.ToUpperInvariant() is not ("" or "AUTO" or "REBOOT" or "GRUB.EXE" or "GRUB.LST");

    private static string Path(string path) => "/" + GrubText.Word(path.TrimStart('/'));
}
