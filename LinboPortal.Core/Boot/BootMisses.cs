using System.Text.RegularExpressions;

namespace LinboPortal.Core.Boot;

/// <summary>
/// Tells files that a boot asks for on the off chance from files that it needs: GRUB tries a dozen names for its configuration and LINBO asks
/// for commands that mostly do not wait (linbo.md 2.2, 3.2).
/// </summary>
public static partial class BootMisses
{
    private const string Grub = "boot/grub/";

    /// <summary>True where a file of that name may be missing and nothing is wrong.</summary>
    /// <param name="kind">Lane of the step.</param>
    /// <param name="path">Path without leading slash.</param>
    public static bool NeedNotExist(BootStepKind kind, string path) => kind switch
    {
        BootStepKind.Tftp or BootStepKind.Http => Optional().IsMatch(path),
        BootStepKind.Rsync => OptionalForLinbo().IsMatch(path) && !LinbosOwn().IsMatch(path),
        _ => false,
    };

    /// <summary>The group in <c>boot/grub/lab1.cfg</c>; null for other files.</summary>
    public static string? GroupOfConfig(string path) =>
        path.StartsWith(Grub, StringComparison.Ordinal) && path.EndsWith(".cfg", StringComparison.Ordinal) && path.IndexOf('/', Grub.Length) < 0
        && path is not (Grub + "grub.cfg" or Grub + "custom.cfg" or Grub + ".cfg")
            ? path[Grub.Length..^4]
            : null;

    /// <summary>The host, MAC or address in <c>boot/grub/hostcfg/pc1.cfg</c>; null for other files.</summary>
    public static string? HostOfConfig(string path) =>
        path.StartsWith(Grub + "hostcfg/", StringComparison.Ordinal) && path.EndsWith(".cfg", StringComparison.Ordinal)
            ? path[(Grub.Length + "hostcfg/".Length)..^4]
            : null;

    /// <summary>The group in <c>start.conf.lab1</c>; null for other names.</summary>
    public static string? GroupOfStartConf(string path)
    {
        var name = BootPaths.FileName(path);
        const string Start = "start.conf.";
        return name.Length > Start.Length && name.StartsWith(Start, StringComparison.Ordinal) ? name[Start.Length..] : null;
    }

    [GeneratedRegex(@"^boot/grub/(grub\.cfg-|linbo(\.lz)?\.md5sum$|spool/|themes/|fonts/|locale/|custom\.cfg$|grubenv$|[^/]+/(grub\.cfg$|.*\.(lst|mod)$))|\.(sbat|csv|der|crt)$|^favicon\.ico$|revocations")]
    private static partial Regex Optional();

    [GeneratedRegex(@"\.(cmd|md5|reboot|png|svg|jpg|torrent|hash|desc|reg|postsync|prestart|driverpostsync)$|^(torrent-client\.conf|multicast\.list|linbo-version)$|^(gui|icons|images|tmp|boot/grub)/|^linbocmd/|^linbo_gui64_7\.tar\.lz$")]
    private static partial Regex OptionalForLinbo();

    /// <summary>Without these checksums a client ends its update before it has taken in anything else.</summary>
    [GeneratedRegex(@"^(linbo64|linbofs64(\.lz)?)\.md5$")]
    private static partial Regex LinbosOwn();
}
