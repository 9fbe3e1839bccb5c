using LinboPortal.Core.Boot;

namespace LinboPortal.Infrastructure.Boot.Tftp;

/// <summary>One file on its way to one client: the protocol's state and what it is carried by.</summary>
/// <param name="peer">The client.</param>
/// <param name="socket">Where it is sent from.</param>
/// <param name="source">Our address that was asked.</param>
/// <param name="request">What was asked.</param>
/// <param name="file">What is sent.</param>
internal sealed class Session(Peer peer, ServerSocket socket, PeerAddress source, TftpRequest request, SharedFile file)
{
    public Peer Peer => peer;

    public ServerSocket Socket => socket;

    public PeerAddress Source => source;

    public TftpRequest Request => request;

    public SharedFile File => file;

    public required TftpTransfer Transfer { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Start on the engine's clock.</summary>
    public required TimeSpan Began { get; init; }

    /// <summary>When anything came from the client.</summary>
    public TimeSpan HeardAt { get; set; }

    /// <summary>The part of the file that was sent last.</summary>
    public Chunk? Recent { get; set; }

    /// <summary>Only for netascii.</summary>
    public NetasciiBlocks? Text { get; init; }

    /// <summary>False once the kernel could not cut a run of blocks on the way to this client.</summary>
    public bool HasOffload { get; set; } = true;

    /// <summary>What the client said when it ended the transfer.</summary>
    public string? Complaint { get; set; }
}
