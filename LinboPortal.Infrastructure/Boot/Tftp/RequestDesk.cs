using LinboPortal.Core.Boot;
using Tree = LinboPortal.Infrastructure.LinboTree.LinboTree;

namespace LinboPortal.Infrastructure.Boot.Tftp;

/// <summary>Answers requests: with a new transfer, or with an error.</summary>
internal sealed class RequestDesk(SocketSet sockets, Tree tree, TftpOptions options, FileCache cache, TimeProvider time)
{
    // A burst that fits into a client's socket buffer: larger windows of large blocks would only be lost there.
    private const int WindowBytes = 128 * 1024;

    private static readonly TimeSpan Restart = TimeSpan.FromSeconds(2);

    /// <summary>True while the server stops: what runs goes on, nothing new begins.</summary>
    public bool IsClosed { get; set; }

    private readonly RefusalLimit limit = new();
    private readonly BootNetworks networks = new(options.Networks);
    private readonly TftpPatience patience = TftpPatience.Default with { Idle = options.IdleTimeout };

    /// <summary>Takes a request in.</summary>
    /// <returns>The transfer that is to send something now, and what; null where an error answers, or nothing.</returns>
    public (Session Session, TftpSend Send)? Take(ServerSocket socket, Peer peer, PeerAddress asked, ReadOnlySpan<byte> packet, SessionTable sessions, TimeSpan now)
    {
        if (!networks.Contains(peer.Address.ToIPAddress()))
        {
            // Without an answer: nobody learns that there is a server, and nobody is sent what he did not ask for.
            sessions.Tally.Ignore();
            return null;
        }

        if (!TftpPacket.TryReadRequest(packet, out var request))
        {
            Refuse(socket, peer, asked, sessions, now, new(TftpPacket.ShownName(packet), TftpErrorCode.IllegalOperation, "Malformed request", BootStepOutcome.Refused));
            return null;
        }

        if (sessions.Find(peer) is { } known)
        {
            if (known.Request == request && now - known.HeardAt < Restart)
            {
                known.HeardAt = now;
                return (known, known.Transfer.OnRepeatedRequest(now));
            }

            known.Transfer.Supersede();
            sessions.End(known, now);
        }

        if (IsClosed)
        {
            // Not refused: the client asks again, and the next portal answers.
            sessions.Tally.Ignore();
            return null;
        }

        if (Check(request, sessions.HasRoom(peer, now), out var file) is { } refusal)
        {
            Refuse(socket, peer, asked, sessions, now, refusal);
            return null;
        }

        var session = Begin(socket, peer, asked, request, file!, now);
        sessions.Add(session);
        return (session, session.Transfer.Start(now));
    }

    private Refusal? Check(TftpRequest request, bool hasRoom, out SharedFile? file)
    {
        file = null;
        if (request.IsWrite)
            return new(request.FileName, TftpErrorCode.AccessViolation, "This server only sends files", BootStepOutcome.Refused);
        if (request.Mode is TftpMode.Unsupported)
            return new(request.FileName, TftpErrorCode.IllegalOperation, "Unknown transfer mode", BootStepOutcome.Refused);
        if (!hasRoom)
            return new(request.FileName, TftpErrorCode.Undefined, "Too many transfers, try again", BootStepOutcome.Refused);
        if (tree.TryResolveServable(request.FileName, out var path))
        {
            file = cache.Open(path);
            return file is null ? NotFound(request) : null;
        }

        // GRUB asks for names that begin with a dot (spool/.reboot) where it does not know its host's: that is no offence as long as there is none.
        return tree.TryResolve(request.FileName, out path) && !Path.Exists(path)
            ? NotFound(request)
            : new(request.FileName, TftpErrorCode.AccessViolation, "Access denied", BootStepOutcome.Refused);
    }

    private static Refusal NotFound(TftpRequest request) => new(request.FileName, TftpErrorCode.FileNotFound, "File not found", BootStepOutcome.NotFound);

    private Session Begin(ServerSocket socket, Peer peer, PeerAddress asked, TftpRequest request, SharedFile file, TimeSpan now)
    {
        var isText = request.Mode is TftpMode.Netascii;
        var block = Math.Min(request.Options.BlockSize ?? TftpTerms.DefaultBlock, options.MaxBlockSize);
        var window = isText ? 1 : Math.Min(options.MaxWindowSize, Math.Max(1, WindowBytes / block));
        long? size = isText ? null : file.Length;
        var terms = TftpTerms.Negotiate(request.Options, size, new(options.MaxBlockSize, window));
        return new Session(peer, sockets.ForTransfer(socket), asked, request, file)
        {
            Transfer = new TftpTransfer(terms, size, patience),
            StartedAt = time.GetUtcNow(),
            Began = now,
            HeardAt = now,
            Text = isText ? new NetasciiBlocks(file, terms.BlockSize) : null,
        };
    }

    private void Refuse(ServerSocket socket, Peer peer, PeerAddress asked, SessionTable sessions, TimeSpan now, Refusal refusal)
    {
        if (!limit.Allows(peer.Address, now))
        {
            sessions.Tally.Ignore();
            return;
        }

        BlockSender.Refuse(socket, peer, asked, refusal.Code, refusal.Message);
        sessions.Refused(peer, refusal.FileName, time.GetUtcNow(), refusal.Outcome, refusal.Outcome is BootStepOutcome.NotFound ? null : refusal.Message);
    }

    private sealed record Refusal(string FileName, TftpErrorCode Code, string Message, BootStepOutcome Outcome);
}
