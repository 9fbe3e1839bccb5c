using System.ComponentModel;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Infrastructure.Processes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Boot;

/// <summary>
/// Makes <c>boot/grub/&lt;platform&gt;</c> with grub-mknetdir: once, and again when Debian's GRUB, the list of modules or the portal's address changed. A
/// directory that somebody else made (a linuxmuster server's own) is left alone.
/// </summary>
public sealed partial class GrubNetDirectory(LinboTree.LinboTree tree, IOptions<PortalOptions> portal, ILogger<GrubNetDirectory> logger)
{
    /// <summary>Hidden file in each directory that says from what it was built.</summary>
    private const string StampFile = ".linboportal";

    /// <summary>What hinders, in one sentence with the remedy; empty where all is well.</summary>
    public IReadOnlyList<string> Problems { get; private set; } = [];

    /// <summary>Directory with GRUB's platforms; another one in tests.</summary>
    internal string GrubLibrary { get; init; } = "/usr/lib/grub";

    /// <summary>Directory with Debian's iPXE; another one in tests.</summary>
    internal string IpxeLibrary { get; init; } = "/usr/lib/ipxe";

    /// <summary>Program to call; another one in tests.</summary>
    internal string? Program { get; init; } = Programs.Find("grub-mknetdir");

    /// <summary>Makes a single file of GRUB; another one in tests.</summary>
    internal string? ImageProgram { get; init; } = Programs.Find("grub-mkimage");

    /// <summary>Builds what is missing or out of date. Never throws for a missing or failing GRUB: <see cref="Problems"/> tells.</summary>
    public async Task BuildAsync(CancellationToken cancellation)
    {
        List<string> problems = [];
        var version = Program is null ? "" : await VersionAsync(cancellation);
        foreach (var platform in GrubPlatform.All)
        {
            try
            {
                if (await BuildAsync(platform, version, cancellation) is { } problem)
                    problems.Add(problem);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or Win32Exception)
            {
                problems.Add($"boot/grub/{platform.Name} cannot be built: {e.Message}");
            }
        }

        try
        {
            CopyIpxe();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"boot/grub/ipxe.lkrn and ipxe.efi cannot be written: {e.Message}");
        }

        foreach (var problem in problems)
            LogProblem(problem);
        Problems = problems;
    }

    private async Task<string?> BuildAsync(GrubPlatform platform, string version, CancellationToken cancellation)
    {
        var target = tree.PathOf($"boot/grub/{platform.Name}");
        var source = Path.Combine(GrubLibrary, platform.Name);
        var exists = File.Exists(Path.Combine(target, platform.CoreFile));
        var stamp = Path.Combine(target, StampFile);
        if (exists && !File.Exists(stamp))
            return null;
        if (Program is null || !Directory.Exists(source))
        {
            return exists ? null : $"GRUB for {platform.Name} is not installed, so that these PCs cannot boot: " +
                $"apt-get install grub-common {platform.Package}";
        }

        var modules = platform.ModulesIn(source);
        var wanted = $"{version}\n{string.Join(' ', modules)}\n{portal.Value.ServerAddress}\n";
        return exists && await File.ReadAllTextAsync(stamp, cancellation) == wanted
            ? null
            : await MakeAsync(platform, source, target, modules, wanted, cancellation);
    }

    private async Task<string?> MakeAsync(
        GrubPlatform platform, string source, string target, IReadOnlyList<string> modules, string stamp, CancellationToken cancellation)
    {
        var building = Directory.CreateDirectory(tree.PathOf($"boot/.grub-{platform.Name}.{Guid.CreateVersion7():N}"), AtomicFile.PublicDirectory).FullName;
        try
        {
            var outcome = await ProcessRun.RunAsync(
                Program!,
                [
                    $"--net-directory={building}", "--subdir=/boot/grub", $"--directory={source}", $"--modules={string.Join(' ', modules)}",
                    "--locales=", "--themes=", "--fonts=unicode",
                ],
                cancellation, new Dictionary<string, string> { ["LC_ALL"] = "C" });
            var made = Path.Combine(building, "boot/grub", platform.Name);
            if (outcome.ExitCode != 0 || !File.Exists(Path.Combine(made, platform.CoreFile)))
                return $"grub-mknetdir failed for {platform.Name}: {outcome.LastLine}";
            var problem = await MakeProxyFileAsync(platform, source, building, modules, cancellation);
            await File.WriteAllTextAsync(Path.Combine(made, "grub.cfg"), "source /boot/grub/grub.cfg\n", cancellation);
            // Without the proxy's file all other PCs boot; the next start tries again.
            await File.WriteAllTextAsync(Path.Combine(made, StampFile), problem is null ? stamp : "", cancellation);
            OpenToAll(made);
            CopyFont(building);
            DirectorySwap.Replace(target, made);
            LogBuilt(platform.Name, modules.Count);
            return problem;
        }
        finally
        {
            Directory.Delete(building, recursive: true);
        }
    }

    /// <summary>
    /// GRUB asks the server that the DHCP acknowledgement names, and a school's router names itself there: behind a proxy (dnsmasq) GRUB must know the
    /// portal's address from its own file.
    /// </summary>
    private async Task<string?> MakeProxyFileAsync(
        GrubPlatform platform, string source, string building, IReadOnlyList<string> modules, CancellationToken cancellation)
    {
        if (ImageProgram is null)
            return $"grub-mkimage is missing, so that boot/grub/{platform.Name}/{platform.ProxyFile} cannot be built: apt-get install grub-common";
        var early = Path.Combine(building, "proxy.cfg");
        await File.WriteAllTextAsync(early, $"set net_default_server={portal.Value.ServerAddress}\n", cancellation);
        var outcome = await ProcessRun.RunAsync(
            ImageProgram,
            [
                $"--format={platform.ImageFormat}", $"--directory={source}", "--prefix=(pxe)/boot/grub", $"--config={early}",
                $"--output={Path.Combine(building, "boot/grub", platform.Name, platform.ProxyFile)}", .. modules,
            ],
            cancellation, new Dictionary<string, string> { ["LC_ALL"] = "C" });
        return outcome.ExitCode == 0 ? null : $"grub-mkimage failed for {platform.Name}: {outcome.LastLine}";
    }

    /// <summary>
    /// iPXE, which clients take into their cache: from there GRUB goes on to the network where it finds no LINBO. Files that somebody else put there
    /// are left alone.
    /// </summary>
    private void CopyIpxe()
    {
        var stamp = tree.PathOf("boot/grub/.linboportal-ipxe");
        var ours = File.Exists(stamp) ? File.ReadAllLines(stamp).ToHashSet(StringComparer.Ordinal) : [];
        List<string> now = [];
        foreach (var name in (string[])["ipxe.lkrn", "ipxe.efi"])
        {
            var source = Path.Combine(IpxeLibrary, name);
            var target = tree.PathOf("boot/grub/" + name);
            if (!File.Exists(source))
                continue;
            var content = File.ReadAllBytes(source);
            var fingerprint = TreeEntry.HashOf(content);
            var found = File.Exists(target) ? TreeEntry.HashOf(File.ReadAllBytes(target)) : "";
            if (found.Length > 0 && found != fingerprint && !ours.Contains(found))
                continue;
            Directory.CreateDirectory(Path.GetDirectoryName(target)!, AtomicFile.PublicDirectory);
            if (found != fingerprint)
                AtomicFile.Write(target, content);
            now.Add(fingerprint);
        }

        if (!ours.SetEquals(now))
            AtomicFile.Write(stamp, string.Join('\n', now) + "\n");
    }

    private void CopyFont(string building)
    {
        var font = Path.Combine(building, "boot/grub/fonts/unicode.pf2");
        var target = tree.PathOf("boot/grub/fonts/unicode.pf2");
        if (!File.Exists(font) || File.Exists(target))
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(target)!, AtomicFile.PublicDirectory);
        AtomicFile.Write(target, File.ReadAllBytes(font));
    }

    /// <summary>rsync's workers run as nobody, whatever umask the portal was started with.</summary>
    private static void OpenToAll(string directory)
    {
        File.SetUnixFileMode(directory, AtomicFile.PublicDirectory);
        foreach (var file in Directory.GetFiles(directory))
            File.SetUnixFileMode(file, AtomicFile.Public);
    }

    private async Task<string> VersionAsync(CancellationToken cancellation)
    {
        try
        {
            return (await ProcessRun.RunAsync(Program!, ["--version"], cancellation)).Output.Trim();
        }
        catch (Win32Exception)
        {
            return "";
        }
    }

    [LoggerMessage(LogLevel.Information, "Built boot/grub/{Platform} with {Modules} modules")]
    partial void LogBuilt(string platform, int modules);

    [LoggerMessage(LogLevel.Error, "{Problem}")]
    partial void LogProblem(string problem);
}
