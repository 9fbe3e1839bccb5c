using System.Collections.Immutable;

namespace LinboPortal.Infrastructure.LinboTree;

/// <summary>One projection: judges every path, writes what is to be written, remembers what was met. Lives for one run under the lock.</summary>
internal sealed class TreeRun(LinboTree tree, TreeManifest manifest, TreeChecksums checksums, IReadOnlyDictionary<string, TreeEntry> wanted)
{
    /// <summary>So many failures are told; a full disk makes one for every file.</summary>
    private const int MostProblems = 20;

    private readonly ImmutableArray<TreeDrift>.Builder drifts = ImmutableArray.CreateBuilder<TreeDrift>();
    private readonly ImmutableArray<TreeProblem>.Builder problems = ImmutableArray.CreateBuilder<TreeProblem>();
    private readonly List<TreeEntry> toWrite = [];
    private readonly List<string> toRemove = [];
    private int theirs;

    /// <summary>What was written or removed.</summary>
    public int Written { get; private set; }

    /// <summary>Judges the paths. Writes nothing.</summary>
    /// <param name="isFull">False = paths that the manifest says are right are not looked at on disk, but for those that drifted before.</param>
    /// <param name="before">What the last run met.</param>
    public void Judge(bool isFull, TreeState before)
    {
        var drifted = before.Drifts.Select(d => d.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var entry in wanted.Values)
        {
            if (isFull || drifted.Contains(entry.Path) || !manifest.IsSettled(entry.Path, entry.Fingerprint))
                Try(entry.Path, () => Judge(entry));
        }

        foreach (var path in manifest.Paths.Where(p => !wanted.ContainsKey(p) && !p.EndsWith(".md5", StringComparison.Ordinal)).ToList())
            Try(path, () => JudgeStale(path));
    }

    /// <summary>Writes and removes what <see cref="Judge(bool, TreeState)"/> found.</summary>
    public async Task ApplyAsync(CancellationToken ct)
    {
        if (!Try(TreeManifest.FileName, Announce))
            return;
        // GRUB's and clients' files come before the links that lead to them.
        foreach (var entry in toWrite.OrderBy(e => e is TreeEntry.Link))
        {
            ct.ThrowIfCancellationRequested();
            Try(entry.Path, () => Write(entry));
        }

        foreach (var path in toRemove)
            Try(path, () => Remove(path));
        Try(TreePlan.StartConf, () => TreeDefaults.Ensure(tree));
        Try(TreeAliases.OldInitramfs, () => Written += TreeAliases.Update(tree));
        await TryAsync("linbofs64.md5", async () => Written += await checksums.UpdateAsync(manifest, ct));
        Try(TreeAliases.OldInitramfs, () => Written += TreeAliases.Update(tree));
        Try(TreeManifest.FileName, manifest.Save);
    }

    /// <summary>What is to be told.</summary>
    public TreeState ToState(DateTimeOffset at) => new(
        at, wanted.Count, Written, theirs, [.. drifts.OrderBy(d => d.Path, StringComparer.Ordinal)], problems.ToImmutable())
    {
        BootFiles = checksums.Files,
    };

    private void Judge(TreeEntry entry)
    {
        var found = TreeOnDisk.At(tree.PathOf(entry.Path));
        switch (TreeComparison.Judge(entry, found, manifest))
        {
            case TreeVerdict.Right:
                manifest.Settle(entry.Path, entry.Fingerprint);
                break;
            case TreeVerdict.Write:
                toWrite.Add(entry);
                break;
            case TreeVerdict.Drift:
                drifts.Add(TreeDrift.Of(entry.Path, entry, found, manifest));
                break;
            case TreeVerdict.Blocked:
                Tell(TreeProblem.Of(tree.PathOf(entry.Path), "a directory or an over-large file stands there. Move it away"));
                break;
            default:
                theirs++;
                manifest.Forget(entry.Path);
                break;
        }
    }

    private void JudgeStale(string path)
    {
        var found = TreeOnDisk.At(tree.PathOf(path));
        switch (TreeComparison.JudgeStale(path, found, manifest))
        {
            case TreeVerdict.Remove:
                toRemove.Add(path);
                break;
            case TreeVerdict.Drift:
                drifts.Add(TreeDrift.Of(path, null, found, manifest));
                break;
            default:
                manifest.Forget(path);
                break;
        }
    }

    private void Announce()
    {
        foreach (var entry in toWrite)
            manifest.Expect(entry.Path, entry.Fingerprint);
        manifest.Save();
    }

    private void Write(TreeEntry entry)
    {
        var path = tree.PathOf(entry.Path);
        RefuseFolderOutside(Path.GetDirectoryName(path)!);
        if (entry is TreeEntry.File file)
            AtomicFile.Write(path, file.Content);
        else if (entry is TreeEntry.Link link)
            AtomicFile.Link(path, link.Target);
        manifest.Settle(entry.Path, entry.Fingerprint);
        Written++;
    }

    private void Remove(string path)
    {
        var full = tree.PathOf(path);
        RefuseFolderOutside(Path.GetDirectoryName(full)!);
        File.Delete(full);
        manifest.Forget(path);
        Written++;
    }

    private static void RefuseFolderOutside(string folder)
    {
        if (RealPath.TryResolve(folder, out var real) != RealPathOutcome.Found || real != folder)
            throw new IOException($"{folder} is a link to somewhere else ({real}). Make it a directory of its own");
    }

    private bool Try(string path, Action act)
    {
        try
        {
            act();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Tell(TreeProblem.Of(tree, tree.PathOf(path), e));
            return false;
        }
    }

    private async Task TryAsync(string path, Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Tell(TreeProblem.Of(tree, tree.PathOf(path), e));
        }
    }

    private void Tell(TreeProblem problem)
    {
        if (problems.Count < MostProblems)
            problems.Add(problem);
    }
}
