using LinboPortal.Core.Images;

namespace LinboPortal.Images;

/// <summary>A text to begin a sidecar with.</summary>
/// <param name="Key">Key of its name, <c>Template.{Key}</c>.</param>
/// <param name="Sidecar">What it is for.</param>
/// <param name="Text">The text.</param>
internal sealed record SidecarTemplate(string Key, ImageSidecar Sidecar, string Text)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<SidecarTemplate> All { get; } =
    [
        new("postsync.frame", ImageSidecar.Postsync, """
            #!/bin/bash
            # Runs in LINBO after each sync; the system's partition is mounted at /mnt.
            # HOSTNAME, HOSTGROUP, DOMAIN, IP and LINBOSERVER say where it runs.
            echo "postsync on $HOSTNAME ($HOSTGROUP)"

            """),
        new("postsync.hostname", ImageSidecar.Postsync, """
            # Linux: the name of the PC.
            echo "$HOSTNAME" > /mnt/etc/hostname
            sed -i "s/^127\.0\.1\.1.*/127.0.1.1 $HOSTNAME.$DOMAIN $HOSTNAME/" /mnt/etc/hosts

            """),
        new("postsync.group", ImageSidecar.Postsync, """
            # Only for the PCs of some groups.
            case "$HOSTGROUP" in
              lab1 | lab2)
                echo "special settings for $HOSTGROUP"
                ;;
            esac

            """),
        new("prestart.frame", ImageSidecar.Prestart, """
            #!/bin/bash
            # Runs in LINBO before each start of the system; its partition is mounted at /mnt.
            echo "prestart on $HOSTNAME ($HOSTGROUP)"

            """),
        new("reg.hostname", ImageSidecar.Registry, Windows("""
            Windows Registry Editor Version 5.00

            ; LINBO writes the name of the PC in place of {$HostName$}.
            [HKEY_LOCAL_MACHINE\SYSTEM\ControlSet001\Control\ComputerName\ComputerName]
            "ComputerName"="{$HostName$}"

            [HKEY_LOCAL_MACHINE\SYSTEM\ControlSet001\Services\Tcpip\Parameters]
            "Hostname"="{$HostName$}"
            "NV Hostname"="{$HostName$}"

            """)),
        new("reg.faststart", ImageSidecar.Registry, Windows("""
            ; Without Windows' fast start, which leaves the partition in use.
            [HKEY_LOCAL_MACHINE\SYSTEM\ControlSet001\Control\Session Manager\Power]
            "HiberbootEnabled"=dword:00000000

            """)),
    ];

    /// <summary>Those for a sidecar.</summary>
    public static IReadOnlyList<SidecarTemplate> For(ImageSidecar? sidecar) => [.. All.Where(t => t.Sidecar == sidecar)];

    /// <summary>A text with this one at its end; in an empty one it stands alone.</summary>
    public string After(string text) => text.Trim().Length == 0 ? Text : text.TrimEnd() + LineEnd + LineEnd + WithoutHead(Text);

    private string LineEnd => Sidecar == ImageSidecar.Registry ? "\r\n" : "\n";

    // What a file has once only, at its top.
    private static string WithoutHead(string text)
    {
        var first = text.Split('\n', 2);
        return first is [var head, var rest] && (head.StartsWith("#!", StringComparison.Ordinal) || head.StartsWith("Windows Registry", StringComparison.Ordinal)) ? rest.TrimStart() : text;
    }

    private static string Windows(string text) => text.ReplaceLineEndings("\r\n");
}
