using System.Security.Cryptography;
using LinboPortal.Infrastructure.Boot;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Infrastructure.Processes;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Distribution;

/// <summary>Puts in place what the daemon needs before it starts.</summary>
internal sealed class RsyncSetup(
    LinboTree.LinboTree tree, LinboPassword password, IOptions<PortalOptions> portal, IOptions<ImagesOptions> images, TimeProvider time)
{
    public RsyncFolder Folder { get; init; } = new(Path.Combine(Path.GetFullPath(portal.Value.DataDirectory), "rsync"));

    public UploadFolders Uploads { get; } = UploadFolders.Of(tree);

    public LinboTree.LinboTree Tree => tree;

    /// <summary>What the hook of an external daemon shows to the portal; kept over restarts, so that portals and daemon may start in any order.</summary>
    public string HookSecret { get; private set; } = "";

    /// <summary>True where the configuration lets rsync follow links of the administrator's to other disks.</summary>
    public bool FollowsLinks { get; private set; }

    /// <summary>True where there are such links now.</summary>
    public bool HasLinks() => ImageLinks.Find(tree.Root).Any(l => l is { IsTrusted: true, Target.Length: > 0 });

    public void Write(RsyncOptions options)
    {
        Folder.Make();
        HookSecret = KeepSecret();
        // What lies behind it would be made in a place that is not there, or on the wrong disk.
        if (ImageLinks.Find(tree.Root).FirstOrDefault(l => l is { Place: "images", Target: "" }) is not null)
            throw new IOException($"{tree.PathOf("images")} is a link to a place that is not there: mount the disk or remove the link, then start the portal again.");
        Uploads.Ensure();
        Folder.Sweep(time.GetUtcNow());
        CloseCommands(SystemUser.IsRoot);
        Folder.Write(
            new RsyncConfig(options.Port, options.TimeoutSeconds, tree.Root, Uploads.In, Folder.Secrets, Folder.Hook, SystemUser.IsRoot)
            {
                LogFile = options.IsExternal ? Folder.Log : "/dev/stdout",
                MaxConnections = options.MaxConnections,
                Networks = new BootNetworks(options.Networks).Named,
                ServesTorrents = tree.ServesTorrents,
                FollowsLinks = FollowsLinks = HasLinks(),
            },
            RsyncHookScript.Render(Folder, tree.Root, Uploads, images.Value.ReserveMegabytes, options.IsExternal ? options.PortalUrl : ""), password.Read());
    }

    private string KeepSecret()
    {
        if (File.Exists(Folder.ApiHeader) && File.ReadAllText(Folder.ApiHeader).Trim() is var kept && kept.StartsWith(RsyncHookEndpoint.Header + ": ", StringComparison.Ordinal))
            return kept[(RsyncHookEndpoint.Header.Length + 2)..];
        var made = RandomNumberGenerator.GetHexString(64, lowercase: true);
        AtomicFile.Write(Folder.ApiHeader, $"{RsyncHookEndpoint.Header}: {made}\n", AtomicFile.Private);
        return made;
    }

    /// <summary>
    /// Commands for the next boot are for one PC each. Whoever cannot list their directory must name the file, and the hook looks at names.
    /// Without root the daemon's workers are the portal's own user: then nobody lists it, and the portal, which names its files, does without.
    /// </summary>
    internal void CloseCommands(bool isRoot)
    {
        var commands = Directory.CreateDirectory(tree.PathOf("linbocmd")).FullName;
        var mode = (File.GetUnixFileMode(commands) | UnixFileMode.OtherExecute) & ~(UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        File.SetUnixFileMode(commands, isRoot ? mode | UnixFileMode.UserRead : mode & ~UnixFileMode.UserRead);
    }
}
