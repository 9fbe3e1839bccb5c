using System.Collections.Immutable;
using LinboPortal.Core.StartConf;

namespace LinboPortal.Groups;

/// <summary>Why a group cannot have a name.</summary>
internal enum GroupNameProblem
{
    /// <summary>Letters, digits, + _ - only, at most 64.</summary>
    BadCharacters,

    /// <summary>The files of that name are taken.</summary>
    Reserved,

    /// <summary>Another group has it, perhaps in another case.</summary>
    Taken,
}

/// <summary>A revision as lists show it.</summary>
internal sealed record RevisionInfo(int Number, DateTimeOffset SavedAt, string SavedBy, string Note);

/// <summary>A group and its current text.</summary>
internal sealed record GroupDetail(
    Guid Id, string School, string Name, string? StartConf, int Revision, DateTimeOffset? SavedAt, string? SavedBy, int Hosts);

/// <summary>How a change of a group ended. Refusals are values.</summary>
internal abstract record GroupOutcome
{
    private GroupOutcome()
    {
    }

    /// <summary>Done.</summary>
    /// <param name="Revision">The current revision.</param>
    /// <param name="IsChanged">False where everything was so already.</param>
    public sealed record Done(Guid Id, string Name, int Revision, bool IsChanged = true) : GroupOutcome;

    /// <summary>There is no such group or revision.</summary>
    public sealed record NotFound : GroupOutcome;

    /// <summary>The text has errors.</summary>
    public sealed record Invalid(ImmutableArray<StartConfProblem> Problems) : GroupOutcome;

    /// <summary>Somebody saved since: what stands there now. Nothing was written.</summary>
    public sealed record Conflict(string CurrentText, int CurrentRevision, string? SavedBy) : GroupOutcome;

    /// <summary>The name cannot be had.</summary>
    public sealed record NameRefused(GroupNameProblem Problem) : GroupOutcome;

    /// <summary>Hosts use the group, and nobody said what they become.</summary>
    public sealed record InUse(int Hosts) : GroupOutcome;
}
