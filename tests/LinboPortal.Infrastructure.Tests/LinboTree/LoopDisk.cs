using LinboPortal.Infrastructure.Processes;

namespace LinboPortal.Infrastructure.Tests.LinboTree;

/// <summary>A btrfs in a file: files can share their blocks there.</summary>
internal sealed class LoopDisk : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private LoopDisk() => Directory.CreateDirectory(Path);

    public string Path => folder.At("mounted");

    /// <summary>Null where it cannot be made or mounted, and why.</summary>
    public static async Task<(LoopDisk? Disk, string Why)> MountAsync(CancellationToken ct)
    {
        if (Programs.Find("mkfs.btrfs") is not { } make)
            return (null, "mkfs.btrfs is not installed");
        var disk = new LoopDisk();
        var file = disk.folder.At("disk");
        using (var sparse = File.Create(file))
            sparse.SetLength(128 << 20);
        await new ProgramRun(make, ["--quiet", "--mixed", file]).RunAsync(ct);
        var mounted = await new ProgramRun("mount", ["-o", "loop", file, disk.Path]).RunAsync(ct, allowFailure: true);
        if (mounted.ExitCode == 0)
            return (disk, "");
        disk.folder.Dispose();
        return (null, "a btrfs cannot be mounted here: " + mounted.LastError);
    }

    /// <summary>Bytes that are used, with all that was written on the disk.</summary>
    public async Task<long> UsedAsync(CancellationToken ct)
    {
        await new ProgramRun("sync", ["--file-system", Path]).RunAsync(ct);
        var drive = new DriveInfo(Path);
        return drive.TotalSize - drive.TotalFreeSpace;
    }

    public void Dispose()
    {
        using (var unmount = System.Diagnostics.Process.Start("umount", ["-l", Path]))
            unmount.WaitForExit();
        folder.Dispose();
    }
}
