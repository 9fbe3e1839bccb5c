using LinboPortal.Infrastructure.Images;

namespace LinboPortal.Infrastructure.Distribution;

/// <summary>
/// The program that rsync calls before and after each transfer. It is a shell script because it must start within a millisecond or two, and it
/// works while the portal is down: it only leaves small files for it. What clients send is never expanded or evaluated, only compared and printed.
/// A transfer is refused where it asks for what belongs to another PC, and never for a fault of ours.
/// </summary>
internal static class RsyncHookScript
{
    /// <summary>How long a client waits for the portal at most.</summary>
    public const string Patience = "1.7";

    /// <summary>How often an upload asks whether it is permitted, with a second between.</summary>
    private const string Tries = "60";

    public static string Render(RsyncFolder folder, string root, UploadFolders uploads, int reserveMegabytes, string portalUrl = "") => Text
        .Replace("@UPLOADS@", RsyncConfig.Quote(uploads.Path), StringComparison.Ordinal)
        .Replace("@RESERVE@", reserveMegabytes.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("@API@", RsyncConfig.Quote(portalUrl.Length > 0 ? portalUrl.TrimEnd('/') + RsyncHookEndpoint.Path : ""), StringComparison.Ordinal)
        .Replace("@HOME@", RsyncConfig.Quote(folder.Path), StringComparison.Ordinal)
        .Replace("@ROOT@", RsyncConfig.Quote(root), StringComparison.Ordinal)
        .Replace("@TRIES@", Tries, StringComparison.Ordinal)
        .Replace("@PATIENCE@", Patience, StringComparison.Ordinal);

    private static readonly string Text = Read();

    private static string Read()
    {
        using var script = new StreamReader(typeof(RsyncHookScript).Assembly.GetManifestResourceStream("rsync-hook.sh")!);
        return script.ReadToEnd();
    }
}
