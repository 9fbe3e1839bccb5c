using System.Buffers;
using System.Runtime.InteropServices;
using LinboPortal.Infrastructure.LinboTree;
using Microsoft.Win32.SafeHandles;

namespace LinboPortal.Infrastructure.Images.Tasks;

/// <summary>Gives a large file a second place, with as little reading and room as the file system allows.</summary>
internal static partial class FileCopy
{
    private const int BufferSize = 1 << 20;
    private const int Clone = 0x40049409; // FICLONE: both share their blocks until one is written to

    /// <summary>Shares the blocks, or else the whole file, or else copies.</summary>
    /// <param name="from">The file.</param>
    /// <param name="to">The new one; must not be there.</param>
    /// <param name="mayShare">False where the new one is going to be written to: then it is no second name of the same file.</param>
    /// <param name="space">Asked before bytes are copied.</param>
    /// <param name="progress">Told of the bytes that are there.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>Bytes that it takes on the disk beside the first one: none, unless it was copied.</returns>
    /// <exception cref="IOException">There is no room.</exception>
    public static async Task<long> RunAsync(string from, string to, bool mayShare, ImageSpace space, Action<long> progress, CancellationToken ct)
    {
        var size = new FileInfo(from).Length;
        if (TryClone(from, to) || (mayShare && AtomicFile.TryGiveName(from, to)))
        {
            progress(size);
            return 0;
        }

        if (space.Refuse(size) is { } full)
            throw ImageSpace.FullDisk(full.Detail);
        await CopyAsync(from, to, progress, ct);
        File.SetLastWriteTimeUtc(to, File.GetLastWriteTimeUtc(from));
        return size;
    }

    private static bool TryClone(string from, string to)
    {
        using (var source = File.OpenHandle(from))
        using (var target = File.OpenHandle(to, FileMode.CreateNew, FileAccess.Write))
        {
            if (IoControl(target, Clone, source) == 0)
                return true;
        }

        File.Delete(to);
        return false;
    }

    private static async Task CopyAsync(string from, string to, Action<long> progress, CancellationToken ct)
    {
        using var source = File.OpenHandle(from, options: FileOptions.Asynchronous | FileOptions.SequentialScan);
        using var target = File.OpenHandle(to, FileMode.CreateNew, FileAccess.Write, options: FileOptions.Asynchronous);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            long at = 0;
            for (int read; (read = await RandomAccess.ReadAsync(source, buffer.AsMemory(0, BufferSize), at, ct)) > 0;)
            {
                await RandomAccess.WriteAsync(target, buffer.AsMemory(0, read), at, ct);
                at += read;
                progress(at);
            }

            AtomicFile.SyncFile(target);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static int IoControl(SafeFileHandle target, int request, SafeFileHandle source) =>
        IoControl((int)target.DangerousGetHandle(), (nuint)request, (int)source.DangerousGetHandle());

    [LibraryImport("libc", EntryPoint = "ioctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int IoControl(int target, nuint request, int source);
}
