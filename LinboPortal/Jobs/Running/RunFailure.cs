using LinboPortal.Core.Jobs;
using LinboPortal.Core.Remote;

namespace LinboPortal.Jobs.Running;

/// <summary>A PC's part in a job ends badly; known reasons only.</summary>
internal sealed class RunFailure(RunReason reason, string detail = "") : Exception($"{reason} {detail}")
{
    public RunReason Reason { get; } = reason;

    public string Detail { get; } = detail;

    /// <summary>Nothing was to be done on the PC: that is no failure.</summary>
    public bool IsSkip { get; private init; }

    /// <summary>The PC is left as it is.</summary>
    public static RunFailure Skip(RunReason reason) => new(reason) { IsSkip = true };

    /// <summary>The reason that a client's failure is at a first connection.</summary>
    public static RunFailure Of(LinboClientException e) => new(
        e.Failure switch
        {
            LinboClientFailure.Unreachable => RunReason.NotOnline,
            LinboClientFailure.NotLinbo => RunReason.NotLinbo,
            LinboClientFailure.KeyRefused => RunReason.KeyRefused,
            LinboClientFailure.HostKeyChanged => RunReason.HostKeyChanged,
            LinboClientFailure.HostKeyUnknown => RunReason.HostKeyUnknown,
            LinboClientFailure.Lost => RunReason.ConnectionLost,
            _ => throw new ArgumentOutOfRangeException(nameof(e), e.Failure, null),
        },
        e.Detail)
    {
        IsSkip = e.Failure == LinboClientFailure.NotLinbo,
    };
}

/// <summary>The run is another portal's by now: leave it alone.</summary>
internal sealed class LeaseLostException : Exception;
