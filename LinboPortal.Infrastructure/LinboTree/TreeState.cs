using System.Collections.Immutable;

namespace LinboPortal.Infrastructure.LinboTree;

/// <summary>A file that could not be written, in one sentence with the remedy.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="Message">What failed and what to do.</param>
public sealed record TreeProblem(string Path, string Message)
{
    internal static TreeProblem Of(string path, string reason) =>
        new(path, $"{path} cannot be written: {reason}. What was there is untouched, and the portal tries again");

    internal static TreeProblem Of(LinboTree tree, string path, Exception e)
    {
        var reason = e.Message.TrimEnd('.');
        if (reason.Contains("No space left", StringComparison.Ordinal) || reason.Contains("quota", StringComparison.OrdinalIgnoreCase)
            || reason.Contains("not enough space", StringComparison.OrdinalIgnoreCase))
            return Of(path, $"the disk below {tree.Root} is full. Make room there");
        return Of(path, e is UnauthorizedAccessException ? $"{reason}. Give the portal's account the right to write below {tree.Root}" : reason);
    }
}

/// <summary>How the last projection went.</summary>
/// <param name="At">When it ended (UTC); null before the first.</param>
/// <param name="Files">Files and links that the portal keeps in the tree.</param>
/// <param name="Written">What the last run wrote or removed.</param>
/// <param name="Theirs">Paths that belong to the administrator and were left alone.</param>
/// <param name="Drifts">What somebody changed by hand.</param>
/// <param name="Problems">What could not be written; tried again soon.</param>
public sealed record TreeState(
    DateTimeOffset? At, int Files, int Written, int Theirs, ImmutableArray<TreeDrift> Drifts, ImmutableArray<TreeProblem> Problems)
{
    /// <summary>Kernel and initramfs; empty before the first run.</summary>
    public ImmutableArray<BootFileState> BootFiles { get; init; } = [];

    /// <summary>Before the first run.</summary>
    public static TreeState None { get; } = new(null, 0, 0, 0, [], []);
}
