using System.Collections.Immutable;
using System.Text;

namespace LinboPortal.Infrastructure.LinboTree;

/// <summary>
/// What the portal last wrote, by path: a hidden file in the tree itself, because it says something about this tree, whichever portal wrote
/// it and whatever database it was projected from. It is written before the files are (old and new content both count as ours then), so that
/// a portal that dies between the two never takes its own work for somebody else's.
/// </summary>
internal sealed class TreeManifest
{
    public const string FileName = ".linboportal/manifest";
    private const string Header = "LinboPortal tree 1";

    private readonly Dictionary<string, ImmutableArray<string>> entries = new(StringComparer.Ordinal);
    private readonly string path;
    private bool isChanged;

    private TreeManifest(string path) => this.path = path;

    /// <summary>The paths that are ours.</summary>
    public IReadOnlyCollection<string> Paths => entries.Keys;

    /// <summary>Reads the manifest of a tree; one that is missing or damaged is empty: then nothing counts as ours.</summary>
    public static TreeManifest Load(LinboTree tree)
    {
        var manifest = new TreeManifest(tree.PathOf(FileName));
        if (!File.Exists(manifest.path))
            return manifest;
        using var lines = File.ReadLines(manifest.path).GetEnumerator();
        if (!lines.MoveNext() || lines.Current != Header)
            return manifest;
        while (lines.MoveNext())
        {
            if (lines.Current.Split('\t') is [var name, .. { Length: > 0 } fingerprints])
                manifest.entries[name] = [.. fingerprints];
        }

        return manifest;
    }

    /// <summary>True where the content is one that we wrote or were about to write.</summary>
    public bool IsOurs(string name, string fingerprint) => entries.TryGetValue(name, out var ours) && ours.Contains(fingerprint);

    /// <summary>True where we ever wrote this path.</summary>
    public bool Knows(string name) => entries.ContainsKey(name);

    /// <summary>What we last wrote; null for a path that we never wrote.</summary>
    public string? LastWritten(string name) => entries.TryGetValue(name, out var ours) ? ours[^1] : null;

    /// <summary>True where exactly this content was the last that we wrote.</summary>
    public bool IsSettled(string name, string fingerprint) => entries.TryGetValue(name, out var ours) && ours is [var only] && only == fingerprint;

    /// <summary>From now on both the old and this content are ours.</summary>
    public void Expect(string name, string fingerprint)
    {
        if (IsOurs(name, fingerprint))
            return;
        entries[name] = entries.TryGetValue(name, out var ours) ? ours.Add(fingerprint) : [fingerprint];
        isChanged = true;
    }

    /// <summary>Only this content is ours.</summary>
    public void Settle(string name, string fingerprint)
    {
        if (IsSettled(name, fingerprint))
            return;
        entries[name] = [fingerprint];
        isChanged = true;
    }

    /// <summary>The path is no longer ours.</summary>
    public void Forget(string name) => isChanged |= entries.Remove(name);

    /// <summary>Writes what changed.</summary>
    /// <exception cref="IOException">The disk is full or broken; the old manifest is untouched.</exception>
    public void Save()
    {
        if (!isChanged)
            return;
        var text = new StringBuilder(Header).Append('\n');
        foreach (var (name, fingerprints) in entries.OrderBy(e => e.Key, StringComparer.Ordinal))
            text.Append(name).Append('\t').AppendJoin('\t', fingerprints).Append('\n');
        Directory.CreateDirectory(Path.GetDirectoryName(path)!, AtomicFile.Private | UnixFileMode.UserExecute);
        AtomicFile.Write(path, text.ToString(), AtomicFile.Private);
        isChanged = false;
    }
}
