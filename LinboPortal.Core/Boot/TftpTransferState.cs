namespace LinboPortal.Core.Boot;

/// <summary>Where a transfer stands.</summary>
public enum TftpTransferState
{
    /// <summary>Options were acknowledged to the client; its answer is awaited.</summary>
    Negotiating,

    /// <summary>Blocks are on their way.</summary>
    Sending,

    /// <summary>The client acknowledged the last block.</summary>
    Completed,

    /// <summary>The last block went out several times, but the client never acknowledged it: most clients leave then.</summary>
    Unconfirmed,

    /// <summary>The client ended it on purpose: a size probe, or a file closed early.</summary>
    Aborted,

    /// <summary>The client reported an error of its own, such as a full disk.</summary>
    ClientError,

    /// <summary>The client fell silent.</summary>
    TimedOut,

    /// <summary>The server could not go on: the file became unreadable, or the server stops.</summary>
    Failed,
}

/// <summary>What is to be sent now.</summary>
public enum TftpSendKind
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>The acknowledgement of options.</summary>
    OptionAck,

    /// <summary>A run of blocks.</summary>
    Blocks,
}

/// <summary>The decision of a transfer on what to send.</summary>
/// <param name="Kind">Nothing, options or blocks.</param>
/// <param name="FirstBlock">First block, counted from 1 and on beyond 65535.</param>
/// <param name="Count">How many blocks in a row.</param>
public readonly record struct TftpSend(TftpSendKind Kind, long FirstBlock = 0, int Count = 0);

/// <summary>How long a transfer waits.</summary>
/// <param name="FirstWait">Before the first packet is sent again, while no round trip was measured.</param>
/// <param name="ShortestWait">The least that a measured round trip can bring it down to.</param>
/// <param name="LongestWait">Where doubling ends: longer than the silence (5 s) after which clients say again what was lost.</param>
/// <param name="Idle">After this long a silence the transfer ends.</param>
/// <param name="FirstAttempts">
/// How often the first packet is sent while the client has not shown itself: who forges a request in another's
/// name must not get much out of it.
/// </param>
/// <param name="UnheardBlocks">How often the first block is sent to a client that asked without options and has not shown itself.</param>
/// <param name="LastAttempts">How often the last block is sent.</param>
public sealed record TftpPatience(
    TimeSpan FirstWait, TimeSpan ShortestWait, TimeSpan LongestWait, TimeSpan Idle,
    int FirstAttempts = 6, int UnheardBlocks = 2, int LastAttempts = 6)
{
    /// <summary>For a school's network: 250 ms, 50 ms, 8 s, 30 s.</summary>
    public static TftpPatience Default { get; } = new(
        TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(30));
}
