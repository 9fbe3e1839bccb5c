using System.Globalization;
using System.IO.Pipelines;
using LinboPortal.Infrastructure.LinboTree;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
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

    /// <summary>A smaller file is copied: one send for headers and body is cheaper than two.</summary>
    private const int WorthSendingStraight = 64 * 1024;

    private const double LeastBytesPerSecond = 240;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly FileExtensionContentTypeProvider ContentTypes = new();

    private readonly SafeFileHandle handle;

    public ServedFile(TreeFile file)
    {
        handle = file.Handle;
        Length = file.Length;
        ModifiedAt = file.ModifiedAt;
        ETag = new EntityTagHeaderValue(string.Create(CultureInfo.InvariantCulture, $"\"{Length:x}-{ModifiedAt.Ticks:x}\""));
        ContentType = TypeOf(file.Path);
    }

    public long Length { get; }

    /// <summary>True where somebody cut the file off since it was opened: what was announced cannot be sent.</summary>
    public bool HasShrunk => RandomAccess.GetLength(handle) < Length;

    public DateTimeOffset ModifiedAt { get; }

    public EntityTagHeaderValue ETag { get; }

    public string ContentType { get; }

    /// <returns>False where the client went away.</returns>
    public async ValueTask<bool> SendAsync(HttpResponse response, long start, long length, Action<int> sent, CancellationToken cancellation)
    {
        if (length >= WorthSendingStraight && StraightOutput.Of(response.HttpContext) is { } output && output.TryLeaveKestrel())
            return await SendStraightAsync(output, response, start, start + length, sent, cancellation);
        var end = start + length;
        for (var offset = start; offset < end;)
        {
            var (read, isCompleted) = await CopyAsync(response.BodyWriter, offset, end, sent, cancellation);
            offset += read;
            if (isCompleted && offset < end)
                return false;
        }

        return true;
    }

    private async ValueTask<bool> SendStraightAsync(
        SocketOutput output, HttpResponse response, long start, long end, Action<int> sent, CancellationToken cancellation)
    {
        // Kestrel does not know how large these writes are; and the kernel asks for more only when a third of its buffer is free.
        response.HttpContext.Features.Get<IHttpMinResponseDataRateFeature>()?.MinDataRate = new MinDataRate(LeastBytesPerSecond, Patience);
        await response.StartAsync(cancellation); // Before that, Kestrel keeps the body apart from the connection.
        for (var offset = start; offset < end;)
        {
            var wanted = (int)Math.Min(SocketOutput.LargestPart, end - offset);
            var before = output.FileBytes;
            if (!output.TryPut(response.BodyWriter, handle, offset, wanted))
            {
                var (read, isCompleted) = await CopyAsync(response.BodyWriter, offset, end, sent, cancellation);
                if (isCompleted)
                    return false;
                offset += read;
                continue;
            }

            int taken;
            try
            {
                await response.BodyWriter.FlushAsync(cancellation);
            }
            finally
            {
                taken = (int)(output.FileBytes - before);
                sent(taken);
            }

            offset += taken;
            if (taken == wanted)
                continue;
            return RandomAccess.GetLength(handle) >= end ? false : throw BecameShorter();
        }

        return true;
    }

    private async ValueTask<(int Read, bool IsCompleted)> CopyAsync(PipeWriter writer, long offset, long end, Action<int> sent, CancellationToken cancellation)
    {
        var wanted = (int)Math.Min(Chunk, end - offset);
        var read = RandomAccess.Read(handle, writer.GetMemory(wanted).Span[..wanted], offset);
        if (read == 0)
            throw BecameShorter();
        writer.Advance(read);
        sent(read); // Before the flush: it throws when the client goes away meanwhile.
        return (read, (await writer.FlushAsync(cancellation)).IsCompleted);
    }

    private static IOException BecameShorter() => new("The file became shorter while it was sent.");

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
