namespace LinboPortal.Core.StartConf;

/// <summary>The keys that LINBO knows (linbo.md 5), in the spelling that its own files use.</summary>
public static class StartConfKeys
{
    /// <summary>Keys of [LINBO]. Of <c>Server</c> LINBO 4.1 and 4.2 want to know whether it is there: without it they do not ask for their wallpaper.</summary>
    public static IReadOnlyList<string> Linbo { get; } =
    [
        "Group", "Cache", "RootTimeout", "AutoPartition", "AutoFormat", "AutoInitCache", "DownloadType", "GuiDisabled", "UseMinimalLayout",
        "Locale", "KernelOptions", "Theme", "ClientDetailsVisibleByDefault", "BackgroundColor", "Icons", "Server",
    ];

    /// <summary>Keys of [Partition].</summary>
    public static IReadOnlyList<string> Partition { get; } = ["Dev", "Label", "Size", "Id", "FSType", "Bootable"];

    /// <summary>Keys of [OS].</summary>
    public static IReadOnlyList<string> Os { get; } =
    [
        "Name", "Description", "IconName", "BaseImage", "Root", "Kernel", "Initrd", "Append", "StartEnabled", "SyncEnabled", "NewEnabled",
        "RemoteSyncEnabled", "Autostart", "AutostartTimeout", "DefaultAction", "Hidden",
    ];

    /// <summary>Keys that some LINBO once read, by section.</summary>
    public static IReadOnlyList<string> Obsolete(string section) => section.ToUpperInvariant() switch
    {
        "LINBO" => ["SystemType", "School", "UseMulticast", "BackgroundFontColor", "ConsoleFontColorStdout", "ConsoleFontColorStderr"],
        "OS" => ["Version", "Image", "Boot", "RestoreOpsiState", "ForceOpsiSetup", "Patches"],
        _ => [],
    };

    /// <summary>The keys of a section; null for a section that LINBO does not know.</summary>
    public static IReadOnlyList<string>? Of(string section) => section.ToUpperInvariant() switch
    {
        "LINBO" => Linbo,
        "PARTITION" => Partition,
        "OS" => Os,
        _ => null,
    };

    /// <summary>The known key that is most like a misspelt one; empty where none is close.</summary>
    internal static string MostLike(string key, IReadOnlyList<string> known) => known
        .Select(k => (Key: k, Distance: Distance(k.ToUpperInvariant(), key.ToUpperInvariant())))
        .Where(k => k.Distance <= Math.Max(1, k.Key.Length / 4))
        .OrderBy(k => k.Distance)
        .Select(k => k.Key)
        .FirstOrDefault("");

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
