using System.Text;
using LinboPortal.Core.Events;
using LinboPortal.Core.StartConf;
using Microsoft.Extensions.Logging;

namespace LinboPortal.Infrastructure.LinboTree;

/// <summary>
/// Writes into the LINBO tree what the database says: start.conf files and links, GRUB's files, checksums. Every file at once or not at all,
/// only where the content differs, and never over something that somebody changed by hand.
/// </summary>
public sealed partial class TreeProjection(
    LinboTree tree, TreeSource source, PortalEvents events, TimeProvider time, ILogger<TreeProjection> log) : IDisposable
{
    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly TreeChecksums checksums = new(tree, time);

    /// <summary>How the last run went.</summary>
    public TreeState State { get; private set; } = TreeState.None;

    /// <summary>Projects the database.</summary>
    /// <param name="isFull">True = looks at every file; false = trusts what the portal remembers to have written.</param>
    public Task<TreeState> RunAsync(bool isFull, CancellationToken ct) => RunAsync(isFull, _ => { }, ct);

    /// <summary>Overwrites a file that drifted with what the portal wants, or removes it where the portal wants nothing.</summary>
    /// <param name="path">Path below the root.</param>
    /// <param name="found">Fingerprint of the content that the person saw.</param>
    /// <returns>False where it is no drift any more, or changed again since.</returns>
    public async Task<bool> ReplaceAsync(string path, string found, CancellationToken ct)
    {
        var isSame = false;
        await RunAsync(isFull: true, manifest =>
        {
            isSame = State.Drifts.Any(d => d.Path == path) && TreeOnDisk.At(tree.PathOf(path)).Fingerprint == found;
            // What was seen counts as ours, so that the run overwrites it.
            if (isSame)
                manifest.Expect(path, found);
        }, ct);
        return isSame;
    }

    /// <summary>Both texts of a drift; null where there is none at that path any more.</summary>
    public async Task<TreeDriftTexts?> ReadDriftAsync(string path, CancellationToken ct)
    {
        if (State.Drifts.FirstOrDefault(d => d.Path == path) is not { } drift)
            return null;
        var wanted = (await source.ReadAsync(ct)).GetValueOrDefault(path);
        var found = TreeOnDisk.At(tree.PathOf(path));
        return new TreeDriftTexts(
            drift with { Found = found.Fingerprint },
            wanted switch { TreeEntry.File file => Encoding.UTF8.GetString(file.Content), TreeEntry.Link link => $"-> {link.Target}", _ => null },
            found switch
            {
                TreeOnDisk.File file => StartConfReader.TryDecode(file.Content, out var text) ? text : null,
                TreeOnDisk.Link link => $"-> {link.Target}",
                _ => null,
            });
    }

    /// <inheritdoc/>
    public void Dispose() => gate.Dispose();

    private async Task<TreeState> RunAsync(bool isFull, Action<TreeManifest> prepare, CancellationToken ct)
    {
        await gate.WaitAsync(ct);
        try
        {
            await using var turn = await source.LockAsync(ct);
            var start = time.GetTimestamp();
            var state = await ProjectAsync(isFull, prepare, ct);
            Tell(state, time.GetElapsedTime(start));
            State = state;
        }
        finally
        {
            gate.Release();
        }

        events.Publish(new PortalEvent.TreeProjected(State.Written, State.Drifts.Length));
        return State;
    }

    private async Task<TreeState> ProjectAsync(bool isFull, Action<TreeManifest> prepare, CancellationToken ct)
    {
        var wanted = await source.ReadAsync(ct);
        try
        {
            TreeDirectories.Ensure(tree);
            var manifest = TreeManifest.Load(tree);
            prepare(manifest);
            var run = new TreeRun(tree, manifest, checksums, wanted);
            run.Judge(isFull, State);
            await run.ApplyAsync(ct);
            return run.ToState(time.GetUtcNow());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return State with { At = time.GetUtcNow(), Written = 0, Problems = [TreeProblem.Of(tree, tree.Root, e)] };
        }
    }

    private void Tell(TreeState state, TimeSpan took)
    {
        if (state.Written > 0)
            LogWritten(state.Written, state.Files, (int)took.TotalMilliseconds);
        foreach (var drift in state.Drifts.ExceptBy(State.Drifts.Select(d => (d.Path, d.Found)), d => (d.Path, d.Found)))
            LogDrift(drift.Path, drift.Kind);
        foreach (var problem in state.Problems.Except(State.Problems))
            LogProblem(problem.Message);
        foreach (var file in state.BootFiles.Except(State.BootFiles).Where(f => f.Condition is BootFileCondition.CutOff or BootFileCondition.Foreign))
            LogUnusable(file.Name, file.Condition == BootFileCondition.CutOff ? "is cut off or damaged" : "is no kernel or initramfs");
    }

    [LoggerMessage(LogLevel.Information, "Wrote {Written} of {Files} files and links of the LINBO tree in {Milliseconds} ms")]
    private partial void LogWritten(int written, int files, int milliseconds);

    [LoggerMessage(LogLevel.Warning, "{Path} was changed by hand ({Kind}) and is left alone")]
    private partial void LogDrift(string path, TreeDriftKind kind);

    [LoggerMessage(LogLevel.Error, "{File} {What}: the checksums of LINBO's files are held back, and PCs keep the LINBO in their cache. Copy it anew")]
    private partial void LogUnusable(string file, string what);

    [LoggerMessage(LogLevel.Error, "{Problem}")]
    private partial void LogProblem(string problem);
}
