using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LinboPortal.Infrastructure.Distribution;

/// <summary>
/// The output of one connection: Kestrel's own pipe, until the first large file. From then on it writes straight to the socket and takes parts of files between
/// the bytes of others: Kestrel is lent memory that nobody reads, so that its counting (Content-Length, keep-alive) stays right, and sendfile(2) sends from the
/// page cache. A flush ends when the kernel has taken everything; no thread waits for it.
/// </summary>
internal sealed partial class SocketOutput(PipeWriter kestrels, Socket socket) : PipeWriter
{
    /// <summary>The largest part of a file in one flush.</summary>
    public const int LargestPart = 1024 * 1024;

    /// <summary>Headers and a small body are one segment, and one send.</summary>
    private const int Segment = 16 * 1024;

    private const int Crumb = 16 * 1024;
    private const int Interrupted = 4;
    private const int Again = 11;

    // <linux/tcp.h>: TCP_INFO, and three fields of struct tcp_info.
    private const int TcpInfo = 11;
    private const int NotSentBytes = 144;
    private const int BytesSent = 200;
    private const int BytesRetransmitted = 208;

    private static readonly byte[] Lent = new byte[LargestPart];

    private Pipe? bytes;
    private long passedToKestrel;
    private Part? offered;
    private Part? taken;
    private Task running = Task.CompletedTask;
    private volatile bool broken;
    private volatile bool cancelled;

    /// <summary>Bytes of files that the kernel has taken.</summary>
    public long FileBytes { get; private set; }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => Writer.UnflushedBytes + (taken?.Length ?? 0);

    private PipeWriter Writer => bytes?.Writer ?? kestrels;

    /// <summary>Leaves Kestrel's pipe, before the headers of the answer that shall take parts of files.</summary>
    /// <returns>False as long as the pipe holds something: what is written to the socket now would come before it.</returns>
    public bool TryLeaveKestrel()
    {
        if (bytes is null && (passedToKestrel == 0 || passedToKestrel == WrittenToSocket()))
        {
            bytes = new Pipe(new PipeOptions(
                MemoryPool<byte>.Shared, PipeScheduler.Inline, PipeScheduler.Inline, pauseWriterThreshold: 0, minimumSegmentSize: Segment, useSynchronizationContext: false));
        }

        return bytes is not null;
    }

    /// <summary>Puts a part of a file into the next flush of <paramref name="body"/>.</summary>
    /// <returns>False where <paramref name="body"/> does not write to this connection just as it is, or no longer: then nothing has happened.</returns>
    public bool TryPut(PipeWriter body, SafeFileHandle file, long offset, int length)
    {
        offered = new Part(file, offset, length);
        var isOurs = body.GetMemory(length).Span[..length].Overlaps(Lent, out var start) && start == 0;
        if (isOurs)
            body.Advance(length);
        offered = null;
        return isOurs;
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) =>
        offered is { } part && part.Length == sizeHint ? Lent.AsMemory(0, sizeHint) : Writer.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int count)
    {
        if (offered is { } part && part.Length == count)
        {
            taken = part;
            return;
        }

        if (bytes is null)
            passedToKestrel += count;
        Writer.Advance(count);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (bytes is null)
            return kestrels.FlushAsync(cancellationToken);
        var flush = SendAllAsync(bytes, cancellationToken);
        if (flush.IsCompleted)
            return flush;
        var task = flush.AsTask();
        running = task;
        return new ValueTask<FlushResult>(task);
    }

    /// <summary>What has been sent cannot be taken back: the flush says so when it ends.</summary>
    public override void CancelPendingFlush()
    {
        cancelled = bytes is not null;
        if (bytes is null)
            kestrels.CancelPendingFlush();
    }

    /// <summary>A connection of ours goes on until <see cref="EndAsync"/>.</summary>
    public override void Complete(Exception? exception = null)
    {
        if (bytes is null)
            kestrels.Complete(exception);
    }

    /// <summary>Sends what others left behind and gives the memory back.</summary>
    public async Task EndAsync()
    {
        if (bytes is null)
            return;
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await SendAllAsync(bytes, CancellationToken.None); // The transport aborts it when the server stops.
        bytes.Writer.Complete();
        bytes.Reader.Complete();
    }

    private long WrittenToSocket()
    {
        Span<byte> info = stackalloc byte[BytesRetransmitted + sizeof(long)];
        try
        {
            return socket.GetRawSocketOption((int)SocketOptionLevel.Tcp, TcpInfo, info) < info.Length
                ? -1
                : BitConverter.ToInt64(info[BytesSent..]) - BitConverter.ToInt64(info[BytesRetransmitted..]) + BitConverter.ToUInt32(info[NotSentBytes..]);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return -1;
        }
    }

    private async ValueTask<FlushResult> SendAllAsync(Pipe pipe, CancellationToken cancellation)
    {
        await pipe.Writer.FlushAsync(CancellationToken.None); // Never waits: the pipe has no limit.
        try
        {
            if (pipe.Reader.TryRead(out var read))
                await SendBytesAsync(pipe.Reader, read.Buffer, cancellation);
            if (taken is { } part)
                await SendPartAsync(part, cancellation);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            broken = true;
        }
        catch
        {
            // Half a message is out, and nothing can follow it.
            broken = true;
            throw;
        }
        finally
        {
            taken = null;
        }

        var wasCancelled = cancelled;
        cancelled = false;
        return new FlushResult(wasCancelled, broken);
    }

    private async ValueTask SendBytesAsync(PipeReader reader, ReadOnlySequence<byte> buffer, CancellationToken cancellation)
    {
        try
        {
            foreach (var segment in buffer)
            {
                for (var rest = segment; rest.Length > 0 && !broken;)
                    rest = rest[await socket.SendAsync(rest, SocketFlags.None, cancellation)..];
            }
        }
        finally
        {
            reader.AdvanceTo(buffer.End);
        }
    }

    private async ValueTask SendPartAsync(Part part, CancellationToken cancellation)
    {
        byte[]? waiting = null;
        try
        {
            var (offset, end) = (part.Offset, part.Offset + part.Length);
            while (offset < end && !broken)
            {
                var took = SendFile(socket.SafeHandle, part.File, ref offset, (nint)(end - offset));
                if (took < 0 && Marshal.GetLastPInvokeError() is Again or Interrupted)
                {
                    // The way to wait for room that .NET has: send something.
                    waiting ??= ArrayPool<byte>.Shared.Rent(Crumb);
                    var read = RandomAccess.Read(part.File, waiting.AsSpan(0, (int)Math.Min(Crumb, end - offset)), offset);
                    took = await socket.SendAsync(waiting.AsMemory(0, read), SocketFlags.None, cancellation);
                    offset += took;
                }

                broken |= took <= 0; // The client has gone, or the file became shorter.
                FileBytes += Math.Max(took, 0);
            }
        }
        finally
        {
            if (waiting is not null)
                ArrayPool<byte>.Shared.Return(waiting);
        }
    }

    [LibraryImport("libc", EntryPoint = "sendfile", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint SendFile(SafeSocketHandle to, SafeFileHandle from, ref long offset, nint count);

    private sealed record Part(SafeFileHandle File, long Offset, int Length);
}
