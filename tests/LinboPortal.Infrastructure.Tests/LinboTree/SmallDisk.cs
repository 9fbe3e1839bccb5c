using LinboPortal.Infrastructure.Processes;

namespace LinboPortal.Infrastructure.Tests.LinboTree;

/// <summary>A file system in memory that is soon full.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private SmallDisk()
    {
    }

    public string Path => folder.Path;

    /// <summary>Null where mounting is not allowed.</summary>
    public static async Task<SmallDisk?> MountAsync(string size, CancellationToken ct)
    {
        var disk = new SmallDisk();
        var mounted = await ProcessRun.RunAsync("mount", ["-t", "tmpfs", "-o", $"size={size},mode=755", "tmpfs", disk.Path], ct);
        if (mounted.ExitCode == 0)
            return disk;
        disk.folder.Dispose();
        return null;
    }

    /// <summary>Fills the file system but for so many bytes.</summary>
    public static void Fill(string file, long leave = 0)
    {
        using var stream = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
                stream.Write(new byte[1024]);
        }
        catch (IOException)
        {
            // full
        }

        if (leave > 0)
            stream.SetLength(Math.Max(0, stream.Length - leave));
    }

    public void Dispose()
    {
        using (var unmount = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("umount", ["-l", Path])))
            unmount?.WaitForExit();
        folder.Dispose();
    }
}
