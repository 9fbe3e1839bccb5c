using LinboPortal.Core.StartConf;

namespace LinboPortal.Core.Boot;

/// <summary>
/// The GRUB configuration files that clients read (linbo.md 2.3): <c>boot/grub/grub.cfg</c> for all, <c>boot/grub/&lt;group&gt;.cfg</c>,
/// and the copy that a client keeps in its cache. Pure text; writing it is the LINBO tree's work.
/// </summary>
public static class GrubConfig
{
    /// <summary>A group's or host's file without this line belongs to an administrator and is never overwritten.</summary>
    public const string Marker = "### managed by linuxmuster.net ###";

    /// <summary>How many network cards GRUB's names are looked up for on UEFI (<c>efinet0</c> …).</summary>
    private const int EfiCards = 4;

    /// <summary>True where the portal may overwrite the file.</summary>
    public static bool IsManaged(string text) => text.Contains(Marker, StringComparison.Ordinal);

    /// <summary>True where the portal wrote the file. A linuxmuster server's import writes managed files too, from its own templates.</summary>
    public static bool IsOfPortal(string text) => text.Contains("Written by LinboPortal", StringComparison.Ordinal);

    /// <summary><c>boot/grub/grub.cfg</c>: reboot into a system where LINBO asked for it, else host's, group's or failsafe LINBO.</summary>
    public static string RenderGlobal(GrubServer server) => $$"""
        # GRUB for every client that boots from the network. Written by LinboPortal; a change made here is shown as drift.
        set timeout=0
        # modules and files come from the server, whatever $root is
        set prefix="(tftp)/boot/grub"

        {{GrubSnippets.NetbootFunction(server, KernelOptions.Parse("quiet nomodeset"))}}

        menuentry 'LINBO' {

          # who asks: DHCP's host name (12) and group (18), on UEFI below the name of the network card
          set linbo_host="$net_pxe_hostname"
          set linbo_group="$net_pxe_extensionspath"
        {{string.Join('\n', Enumerable.Range(0, EfiCards).Select(EfiNames))}}

          # somebody asked the portal for one boot from the network
          if [ -n "$linbo_host" ]; then
            if [ -s "$prefix/spool/${linbo_host}.netboot" ]; then
              source "$prefix/spool/${linbo_host}.netboot"
            fi
          fi
          # a PC that DHCP gives no name is known by its network card
          if [ -z "$linbo_host" -a -n "$net_default_mac" ]; then
            if [ -s "$prefix/spool/${net_default_mac}.netboot" ]; then
              source "$prefix/spool/${net_default_mac}.netboot"
            fi
          fi

          # LINBO asked through the server to start a system
          if [ -n "$linbo_host" ]; then
            set reboot_env="$prefix/spool/${linbo_host}.reboot"
            if [ -s "$reboot_env" ]; then
              load_env -f "$reboot_env"
            fi
          fi

          # or through its cache
          if [ -z "$reboot_grub" ]; then
            if search --set=root --file /start.conf; then
              set localroot="$root"
              if [ -s /boot/grub/grubenv ]; then
                load_env -f "($root)/boot/grub/grubenv"
                set localenv="($root)/boot/grub/grubenv"
              fi
            fi
          fi

        {{GrubText.Indent(GrubSnippets.RebootTarget, 2)}}
          if [ -n "$bootroot" ]; then
            terminal_output console
            echo "Booting the operating system ..."
            if [ -n "$localenv" ]; then
              set reboot_grub=""
              set reboot_label=""
              save_env -f "$localenv" reboot_grub reboot_label
            fi
            set root="$bootroot"
        {{GrubText.Indent(GrubSnippets.RebootPaths, 4)}}
        {{GrubText.Indent(GrubSnippets.BootSystem(GrubSnippets.RebootKernels, "$reboot_append"), 4)}}
          fi

          # LINBO as the host's file, the group's file, or the cache say
          set root="(tftp)"
          if [ -n "$linbo_host" ]; then
            configfile "$prefix/hostcfg/${linbo_host}.cfg"
          fi
          if [ -n "$linbo_group" ]; then
            configfile "$prefix/${linbo_group}.cfg"
          fi
          if [ -z "$linbo_host" -a -z "$linbo_group" ]; then
            configfile "$prefix/hostcfg/${net_default_mac}.cfg"
          fi
          if [ -n "$localroot" ]; then
            set root="$localroot"
            if [ -s /boot/grub/custom.cfg ]; then
              configfile /boot/grub/custom.cfg
            fi
          fi

          # a PC that nobody knows yet
          set gfxpayload=640x480x16
          echo "LINBO from the network, failsafe"
          linbo_netboot
        }

        """;

    /// <summary><c>boot/grub/&lt;group&gt;.cfg</c>; without a cache partition LINBO always comes from the network.</summary>
    public static string RenderGroup(string group, StartConfDocument startConf, GrubServer server) =>
        startConf.Linbo is { Cache.Length: > 0, HasNetworkCache: false } linbo
            ? GrubGroup.Render(group, startConf, linbo, server)
            : GrubGroup.RenderForcedNetboot(group, startConf.Linbo, server);

    /// <summary>Begins an order for one boot from the network; the PC's key follows, which stays when the PC gets another name.</summary>
    public const string NetbootMark = "# PC ";

    /// <summary>
    /// <c>boot/grub/spool/&lt;host&gt;.netboot</c>: LINBO from the network at the next boot, whatever the cache holds. It does not depend on the group's
    /// file, which may be the administrator's own.
    /// </summary>
    public static string RenderNetboot(StartConfDocument? startConf, GrubServer server, Guid host) => $$"""
        {{NetbootMark}}{{host}}
        # LINBO from the network, once. Written by LinboPortal when a person asked for it; removed when a PC has read it.
        {{GrubSnippets.NetbootFunction(server, KernelOptions.Parse(startConf?.Linbo?.KernelOptions))}}
        echo "LINBO from the network, as asked for on the server"
        linbo_netboot

        """;

    /// <summary>
    /// <c>boot/grub/spool/&lt;host&gt;.&lt;group&gt;.grub.cfg</c>: made when a client asks for it; the client keeps it as its cache's grub.cfg.
    /// </summary>
    public static string RenderLocal(StartConfDocument? startConf) => GrubLocal.Render(KernelOptions.Parse(startConf?.Linbo?.KernelOptions));

    private static string EfiNames(int card) => $$"""
          if [ -z "$linbo_host" ]; then
            set linbo_host="$net_efinet{{card}}_hostname"
          fi
          if [ -z "$linbo_group" ]; then
            set linbo_group="$net_efinet{{card}}_extensionspath"
          fi
        """;
}
