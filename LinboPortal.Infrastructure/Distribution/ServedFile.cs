using System.Globalization;
using System.IO.Pipelines;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;
using Microsoft.Win32.SafeHandles;

namespace LinboPortal.Infrastructure.Distribution;

/// <summary>
/// An open file on its way to a client. Open means fixed: when the file is replaced meanwhile (always by rename), this download goes on with the
/// old content and its own ETag.
/// </summary>
internal sealed class ServedFile : IDisposable
{
    /// <summary>
    /// Bytes read at once. The kernel copies them straight into the buffer that goes to the socket; Kestrel's own path for files copies once more.
    /// </summary>
    private const int Chunk = 256 * 1024;

    private static readonly FileExtensionContentTypeProvider ContentTypes = new();

    private readonly SafeFileHandle handle;

    private ServedFile(SafeFileHandle handle, string path)
    {
        this.handle = handle;
        Length = RandomAccess.GetLength(handle);
        ModifiedAt = new DateTimeOffset(File.GetLastWriteTimeUtc(handle), TimeSpan.Zero);
        ETag = new EntityTagHeaderValue(string.Create(CultureInfo.InvariantCulture, $"\"{Length:x}-{ModifiedAt.Ticks:x}\""));
        ContentType = TypeOf(path);
    }

    public long Length { get; }

    public DateTimeOffset ModifiedAt { get; }

    public EntityTagHeaderValue ETag { get; }

    public string ContentType { get; }

    /// <summary>Null where there is no such file, or a directory, or one that the portal may not read.</summary>
    public static ServedFile? TryOpen(string path)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            return new ServedFile(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <returns>False where the client went away.</returns>
    public async ValueTask<bool> SendAsync(PipeWriter writer, long start, long length, Action<int> sent, CancellationToken cancellation)
    {
        var end = start + length;
        for (var offset = start; offset < end;)
        {
            var wanted = (int)Math.Min(Chunk, end - offset);
            var read = RandomAccess.Read(handle, writer.GetMemory(wanted).Span[..wanted], offset);
            if (read == 0)
                throw new IOException("The file became shorter while it was sent.");
            writer.Advance(read);
            var flushed = await writer.FlushAsync(cancellation);
            offset += read;
            sent(read);
            if (flushed.IsCompleted && offset < end)
                return false;
        }

        return true;
    }

    public void Dispose() => handle.Dispose();

    private static string TypeOf(string path) =>
        Path.GetExtension(path) switch
        {
            ".cfg" or ".conf" or ".info" or ".desc" or ".md5" or ".lst" or ".list" or ".hash" or ".reg" or ".postsync" or ".prestart" => "text/plain; charset=utf-8",
            ".efi" => "application/efi", // UEFI HTTP boot looks at it (UEFI 2.10, 24.7.3.1).
            ".torrent" => "application/x-bittorrent",
            _ when Path.GetFileName(path).StartsWith("start.conf", StringComparison.Ordinal) => "text/plain; charset=utf-8",
            _ when ContentTypes.TryGetContentType(path, out var known) && !known.Contains("html", StringComparison.Ordinal) => known,
            _ => "application/octet-stream",
        };
}
