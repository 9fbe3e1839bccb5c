using System.Buffers;
using System.Security.Cryptography;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.LinboTree;

namespace LinboPortal.Infrastructure.Images;

/// <summary>SHA-256 of a large file: read in order with one buffer, whatever its size.</summary>
/// <param name="time">The clock.</param>
internal sealed class ImageHash(TimeProvider time)
{
    private const int BufferSize = 1 << 20;

    /// <summary>The sum in lower-case hexadecimal.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytesPerSecond">Bytes a second at most; null for no limit.</param>
    /// <param name="toDisk">Also brings what the kernel still keeps of it onto the disk.</param>
    /// <param name="progress">Told of the bytes read so far.</param>
    /// <param name="ct">Ends it.</param>
    /// <param name="pieces">Told of all bytes.</param>
    public async Task<string> ReadAsync(string path, long? bytesPerSecond, bool toDisk, Action<long>? progress, CancellationToken ct, params IReadOnlyList<PieceSums> pieces)
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = File.OpenHandle(path, options: FileOptions.Asynchronous | FileOptions.SequentialScan);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var start = time.GetTimestamp();
            long at = 0;
            for (int read; (read = await RandomAccess.ReadAsync(file, buffer.AsMemory(0, BufferSize), at, ct)) > 0;)
            {
                sum.AppendData(buffer, 0, read);
                foreach (var more in pieces)
                    more.Append(buffer.AsSpan(0, read));
                at += read;
                progress?.Invoke(at);
                // Ahead of what is allowed: wait for the clock.
                if (bytesPerSecond is { } limit && TimeSpan.FromSeconds((double)at / limit) - time.GetElapsedTime(start) is { Ticks: > 0 } early)
                    await Task.Delay(early, time, ct);
            }

            if (toDisk)
                AtomicFile.SyncFile(file);
            return Convert.ToHexStringLower(sum.GetHashAndReset());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
