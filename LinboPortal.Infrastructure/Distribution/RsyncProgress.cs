using System.Globalization;
using System.Net;

namespace LinboPortal.Infrastructure.Distribution;

/// <summary>A download from the rsync daemon that goes on right now.</summary>
/// <param name="Client">Who gets it.</param>
/// <param name="File">Name of the file, without its directory.</param>
/// <param name="Position">Bytes that the daemon has read of it.</param>
/// <param name="Size">Its size.</param>
public sealed record RsyncPosition(IPAddress Client, string File, long Position, long Size)
{
    /// <summary>How far it is, 0 to 100.</summary>
    public double Percent => Size > 0 ? Math.Clamp(Position * 100.0 / Size, 0, 100) : 0;
}

/// <summary>
/// How far downloads are, for clients print nothing while rsync runs: the hook notes which process serves whom, and the kernel knows how far
/// its child, which does the work, has read.
/// </summary>
public sealed class RsyncProgress
{
    private const int WriteBits = 3;
    private readonly RsyncFolder folder;
    private readonly Lock gate = new();
    private Dictionary<string, string> workers = [];

    internal RsyncProgress(RsyncSetup setup) => folder = setup.Folder;

    /// <summary>Looks at all downloads at once.</summary>
    /// <returns>By client; where one client has several, the largest file.</returns>
    public IReadOnlyDictionary<IPAddress, RsyncPosition> Look()
    {
        var found = new Dictionary<IPAddress, RsyncPosition>();
        if (!Directory.Exists(folder.Run))
            return found;
        lock (gate)
        {
            var notes = Directory.GetFiles(folder.Run);
            FindWorkers([.. notes.Select(n => Path.GetFileName(n))]);
            foreach (var note in notes)
            {
                if (Read(note) is { } position && (!found.TryGetValue(position.Client, out var other) || other.Size < position.Size))
                    found[position.Client] = position;
            }
        }

        return found;
    }

    /// <summary>
    /// The process that the hook knows waits for its child to end, to call the hook again: the child serves. Looked for among all processes only
    /// where a new transfer has come.
    /// </summary>
    private void FindWorkers(HashSet<string> processes)
    {
        var known = workers.Where(w => processes.Contains(w.Key)).ToDictionary();
        if (known.Count < processes.Count)
        {
            foreach (var (process, parent) in Parents())
            {
                if (processes.Contains(parent))
                    known[parent] = process;
            }
        }

        workers = known;
    }

    private static IEnumerable<(string Process, string Parent)> Parents()
    {
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            var process = Path.GetFileName(directory);
            string? parent = null;
            try
            {
                // 123 (name, which may hold anything) S 1 …
                if (char.IsAsciiDigit(process[0]) && File.ReadAllText($"{directory}/stat") is var stat)
                    parent = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', 4) is [_, _, var id, _] ? id : null;
            }
            catch (IOException)
            {
                // It ended while we looked.
            }

            if (parent is not null)
                yield return (process, parent);
        }
    }

    private RsyncPosition? Read(string note)
    {
        try
        {
            return workers.TryGetValue(Path.GetFileName(note), out var worker)
                && RsyncTransfer.Read(File.ReadAllText(note), File.GetLastWriteTimeUtc(note)) is { IsDry: false, Module: "linbo" } transfer
                ? OpenFile(transfer.Client, worker)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // it ended while we looked
        }
    }

    /// <summary>The largest file that the process has open for reading.</summary>
    private RsyncPosition? OpenFile(IPAddress client, string process)
    {
        RsyncPosition? largest = null;
        foreach (var handle in Directory.EnumerateFiles($"/proc/{process}/fd"))
        {
            if (new FileInfo(handle).LinkTarget is not { } path || path[0] != '/' || path.StartsWith("/dev/", StringComparison.Ordinal)
                || path.StartsWith(folder.Path, StringComparison.Ordinal))
                continue;
            var file = new FileInfo(path);
            if (file.Exists && (largest is null || file.Length > largest.Size) && Position($"/proc/{process}/fdinfo/{Path.GetFileName(handle)}") is { } position)
                largest = new RsyncPosition(client, file.Name, Math.Min(position, file.Length), file.Length);
        }

        return largest;
    }

    private static long? Position(string info)
    {
        // pos:	123
        // flags:	0100000 (octal; the last bits say for what it was opened)
        var values = File.ReadLines(info).Take(2).Select(l => l[(l.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()).ToArray();
        return values is [var position, var flags] && (flags[^1] - '0' & WriteBits) == 0
            && long.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : null;
    }
}
