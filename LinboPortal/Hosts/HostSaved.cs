using LinboPortal.Core.Hosts;

namespace LinboPortal.Hosts;

/// <summary>What became of a host that was to be saved.</summary>
internal abstract record HostSaved
{
    private HostSaved()
    {
    }

    /// <summary>Saved; there may be warnings.</summary>
    public sealed record Done(HostDetails Host, IReadOnlyList<HostIssue> Warnings) : HostSaved;

    /// <summary>Not saved: all that is wrong at once.</summary>
    public sealed record Refused(IReadOnlyList<HostIssue> Issues) : HostSaved;

    /// <summary>Not saved: somebody else changed it meanwhile, to this.</summary>
    public sealed record Conflict(HostDetails Theirs) : HostSaved;

    /// <summary>There is no such host any more.</summary>
    public sealed record Gone : HostSaved;

    /// <summary>The person may not.</summary>
    public sealed record Forbidden : HostSaved;
}
