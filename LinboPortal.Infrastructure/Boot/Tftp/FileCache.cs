using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LinboPortal.Infrastructure.Boot.Tftp;

/// <summary>
/// The files that are on their way, read once for all who want them at the same time, in bounded memory. For one thread. What was handed out stays in
/// place until <see cref="Sent"/>.
/// </summary>
/// <param name="megabytes">Bound.</param>
internal sealed unsafe class FileCache(int megabytes) : IDisposable
{
    private const int ChunksOfSlab = 16;

    /// <summary>Chunks that one message can touch.</summary>
    private const int OfOneMessage = 4;

    private readonly int capacity = megabytes * ChunksOfSlab;
    private readonly Dictionary<FileIdentity, SharedFile> files = [];
    private readonly List<nint> slabs = [];
    private readonly Stack<Chunk> free = [];

    // Oldest first.
    private readonly Queue<Chunk> used = [];
    private long round = 1;
    private int handedOut;

    /// <summary>True when everything that was handed out must be sent before more is asked for.</summary>
    public bool IsFull => handedOut + OfOneMessage > capacity;

    /// <summary>Opens a file, or joins those who have it open; null where there is none that can be read.</summary>
    public SharedFile? Open(string path)
    {
        var descriptor = LibC.OpenForReading(path);
        if (descriptor < 0)
            return null;
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (!FileIdentity.TryRead(descriptor, out var identity))
        {
            handle.Dispose();
            return null;
        }

        if (files.TryGetValue(identity, out var file))
            handle.Dispose();
        else
            files.Add(identity, file = new SharedFile(identity, handle));
        file.Readers++;
        return file;
    }

    /// <summary>Ends one reading; the last one closes the file.</summary>
    public void Close(SharedFile file)
    {
        if (--file.Readers > 0)
            return;
        files.Remove(file.Identity);
        foreach (var chunk in file.Chunks.Values)
            chunk.File = null; // taken up where its turn in the queue comes
        file.Chunks.Clear();
        file.Dispose();
    }

    /// <summary>A part of a file; null where it cannot be read.</summary>
    /// <param name="file">The file.</param>
    /// <param name="index">Which part.</param>
    /// <param name="recent">The part that the asker had last.</param>
    public Chunk? Get(SharedFile file, long index, Chunk? recent)
    {
        var chunk = recent is not null && recent.File == file && recent.Index == index ? recent
            : file.Chunks.TryGetValue(index, out var known) ? known
            : Read(file, index);
        if (chunk is null || chunk.Round == round)
            return chunk;
        chunk.Round = round;
        handedOut++;
        return chunk;
    }

    /// <summary>Everything that was handed out is sent. Without files, the memory goes back to the system.</summary>
    public void Sent()
    {
        round++;
        handedOut = 0;
        if (files.Count == 0 && slabs.Count > 0)
            FreeAll();
    }

    public void Dispose()
    {
        foreach (var file in files.Values)
            file.Dispose();
        files.Clear();
        FreeAll();
    }

    private Chunk? Read(SharedFile file, long index)
    {
        var chunk = Take();
        var length = file.Read(new Span<byte>(chunk.Start, Chunk.Size), index * Chunk.Size);
        if (length < Math.Min(Chunk.Size, file.Length - index * Chunk.Size))
        {
            chunk.File = null; // cut off or unreadable
            used.Enqueue(chunk);
            return null;
        }

        (chunk.File, chunk.Index, chunk.Length) = (file, index, length);
        file.Chunks.Add(index, chunk);
        used.Enqueue(chunk);
        return chunk;
    }

    private Chunk Take()
    {
        if (free.TryPop(out var chunk))
            return chunk;
        // Parts of closed files come first, then memory that was never used, then the oldest.
        if (used.TryPeek(out var oldest) && oldest.File is null && oldest.Round < round)
            return used.Dequeue();
        if (slabs.Count * ChunksOfSlab < capacity)
            return Allocate();
        while ((chunk = used.Dequeue()).Round == round)
            used.Enqueue(chunk); // not sent yet

        chunk.File?.Chunks.Remove(chunk.Index);
        chunk.File = null;
        return chunk;
    }

    private Chunk Allocate()
    {
        var slab = (byte*)NativeMemory.Alloc(ChunksOfSlab, Chunk.Size);
        slabs.Add((nint)slab);
        for (var i = 1; i < ChunksOfSlab; i++)
            free.Push(new Chunk(slab + i * Chunk.Size));
        return new Chunk(slab);
    }

    private void FreeAll()
    {
        foreach (var slab in slabs)
            NativeMemory.Free((void*)slab);
        slabs.Clear();
        used.Clear();
        free.Clear();
    }
}
