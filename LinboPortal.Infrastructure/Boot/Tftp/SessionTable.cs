using LinboPortal.Core.Boot;

namespace LinboPortal.Infrastructure.Boot.Tftp;

/// <summary>The transfers that run, how many each address has, and what became of the others.</summary>
internal sealed class SessionTable(TftpOptions options, FileCache cache, Action<BootObservation> ended)
{
    private static readonly TimeSpan SilentForgery = TimeSpan.FromSeconds(1);

    private readonly Dictionary<Peer, Session> byPeer = [];
    private readonly Dictionary<PeerAddress, int> byAddress = [];

    public Tally Tally { get; } = new();

    public int Count => byPeer.Count;

    public IEnumerable<Session> All => byPeer.Values;

    public Session? Find(Peer peer) => byPeer.GetValueOrDefault(peer);

    /// <summary>False where the client's address, or all together, have enough.</summary>
    public bool HasRoom(Peer peer, TimeSpan now)
    {
        if (byAddress.GetValueOrDefault(peer.Address) >= options.MaxSessionsPerAddress)
            return false;
        if (byPeer.Count < options.MaxSessions)
            return true;
        // Who never answered our first packet may never have asked: requests with forged addresses must not keep PCs from booting.
        var forged = byPeer.Values.FirstOrDefault(s => !s.Transfer.HasHeard && now - s.Began > SilentForgery);
        if (forged is null)
            return false;
        forged.Transfer.Fail();
        End(forged, now);
        return true;
    }

    public void Add(Session session)
    {
        byPeer.Add(session.Peer, session);
        byAddress[session.Peer.Address] = byAddress.GetValueOrDefault(session.Peer.Address) + 1;
        Tally.Active = byPeer.Count;
    }

    /// <summary>Takes out a transfer that is over and reports it.</summary>
    public void End(Session session, TimeSpan now)
    {
        byPeer.Remove(session.Peer);
        if (byAddress[session.Peer.Address] is > 1 and var count)
            byAddress[session.Peer.Address] = count - 1;
        else
            byAddress.Remove(session.Peer.Address);
        cache.Close(session.File);
        Tally.Active = byPeer.Count;

        var transfer = session.Transfer;
        var outcome = OutcomeOf(transfer.State);
        Tally.Count(outcome, transfer.BytesAcknowledged, transfer.Retransmits);
        ended(new BootObservation(
            session.Peer.Address.ToIPAddress(), null, BootStepKind.Tftp, BootPaths.Normalise(session.Request.FileName), session.StartedAt,
            now - session.Began, transfer.BytesAcknowledged, session.File.Length, transfer.Retransmits, outcome, DetailOf(session)));
    }

    /// <summary>Reports a request that no transfer came from.</summary>
    public void Refused(Peer peer, string fileName, DateTimeOffset at, BootStepOutcome outcome, string? detail)
    {
        Tally.Count(outcome, 0, 0);
        ended(new BootObservation(
            peer.Address.ToIPAddress(), null, BootStepKind.Tftp, BootPaths.Normalise(fileName), at, TimeSpan.Zero, 0, null, 0, outcome, detail));
    }

    private static BootStepOutcome OutcomeOf(TftpTransferState state) => state switch
    {
        TftpTransferState.Completed or TftpTransferState.Unconfirmed => BootStepOutcome.Served,
        TftpTransferState.Aborted => BootStepOutcome.Aborted,
        _ => BootStepOutcome.Failed,
    };

    private static string? DetailOf(Session session) => session.Transfer.State switch
    {
        TftpTransferState.Completed => null,
        TftpTransferState.Unconfirmed => "the last block was not acknowledged",
        TftpTransferState.TimedOut => "the client fell silent",
        TftpTransferState.Failed => session.Complaint ?? "the file could not be read any more",
        _ => session.Complaint,
    };
}
