using LinboPortal.Core.Boot;

namespace LinboPortal.Infrastructure.Boot.Tftp;

/// <summary>
/// The loop of the TFTP server, for one thread of its own: waits for packets on all sockets, takes dozens at once, lets the transfers decide, sends
/// dozens at once. Whatever one packet breaks, the loop goes on.
/// </summary>
internal sealed unsafe class TftpEngine : IDisposable
{
    private const int Tick = 10;
    private const int RoundsOfSocket = 4;
    private static readonly TimeSpan Sweeping = TimeSpan.FromMilliseconds(Tick);


    /// <summary>A client that says nothing for so long is not waited for when the server stops.</summary>
    private static readonly TimeSpan SilenceAtStop = TimeSpan.FromSeconds(3);

    private readonly TimeSpan stopGrace;
    private readonly ServerSocket[] sockets;
    private readonly FileCache cache;
    private readonly SessionTable sessions;
    private readonly RequestDesk desk;
    private readonly BlockSender sender;
    private readonly OneTimeFiles oneTime;
    private readonly TimeProvider time;
    private readonly Action<Exception> broken;
    private readonly ReceiveBatch received = new();
    private readonly LibC.PollDescriptor[] waiting;
    private readonly int wake = LibC.NewEvent();
    private readonly long origin;
    private TimeSpan swept;
    private volatile bool stopping;

    public TftpEngine(SocketSet set, LinboTree.LinboTree tree, TftpOptions options, TimeProvider time, Action<BootObservation> ended, Action<Exception> broken)
    {
        sockets = [.. set.All];
        this.time = time;
        stopGrace = options.StopGrace;
        this.broken = broken;
        origin = time.GetTimestamp();
        cache = new FileCache(options.CacheMegabytes);
        sessions = new SessionTable(options, cache, ended);
        desk = new RequestDesk(set, tree, options, cache, time);
        sender = new BlockSender(cache, SendAll);
        oneTime = new OneTimeFiles(tree);
        waiting = [.. sockets.Select(s => s.Descriptor).Append(wake).Select(d => new LibC.PollDescriptor { Descriptor = d, Wanted = LibC.PollIn })];
    }

    public TftpCounters Counters => sessions.Tally.Read();

    /// <summary>Datagrams that the system would not take.</summary>
    public long Unsent => sockets.Sum(s => s.Out.Lost);

    private TimeSpan Now => time.GetElapsedTime(origin);

    /// <summary>Serves until <see cref="Stop"/>.</summary>
    public void Run()
    {
        Action turn = Turn;
        while (!stopping)
            Guard(turn);
        for (var end = Now + stopGrace; Now < end && sessions.All.Any(s => Now - s.HeardAt < SilenceAtStop);)
            Guard(turn);
        Guard(GiveUpAll);
    }

    /// <summary>Ends <see cref="Run"/>, from any thread, once the transfers that run are done or <see cref="TftpOptions.StopGrace"/> is over.</summary>
    public void Stop()
    {
        stopping = true;
        LibC.Signal(wake);
    }

    public void Dispose()
    {
        received.Dispose();
        cache.Dispose();
        using var _ = new Microsoft.Win32.SafeHandles.SafeFileHandle(wake, ownsHandle: true);
    }

    private void Turn()
    {
        fixed (LibC.PollDescriptor* descriptors = waiting)
            _ = LibC.Poll(descriptors, (nuint)waiting.Length, sessions.Count > 0 ? Tick : -1);
        for (var i = 0; i < sockets.Length; i++)
        {
            if (waiting[i].Ready != 0)
                Receive(sockets[i]);
        }

        var now = Now;
        if (now - swept >= Sweeping)
        {
            swept = now;
            Sweep(now);
        }

        SendAll();
    }

    private void Receive(ServerSocket socket)
    {
        for (var round = 0; round < RoundsOfSocket; round++)
        {
            var count = received.Receive(socket.Descriptor);
            var now = Now;
            for (var i = 0; i < count; i++)
            {
                try
                {
                    Take(socket, i, now);
                }
                catch (Exception e)
                {
                    broken(e);
                }
            }

            if (count < ReceiveBatch.Most)
                return;
        }
    }

    private void Take(ServerSocket socket, int index, TimeSpan now)
    {
        var packet = received.Packet(index);
        if (!received.TryPeer(index, out var peer))
            return;
        switch (TftpPacket.Opcode(packet))
        {
            case TftpOpcode.Read or TftpOpcode.Write when socket.TakesRequests && received.TryAsked(index, out var asked):
                desk.IsClosed = stopping;
                if (desk.Take(socket, peer, asked, packet, sessions, now) is { } answer)
                    Act(answer.Session, answer.Send, now);
                break;
            case TftpOpcode.Acknowledgement when sessions.Find(peer) is { } session && session.Socket == socket && TftpPacket.TryReadAck(packet, out var block):
                session.HeardAt = now;
                Act(session, session.Transfer.OnAck(block, now), now);
                break;
            case TftpOpcode.Error when sessions.Find(peer) is { } session && session.Socket == socket && TftpPacket.TryReadError(packet, out var code, out var message):
                session.Complaint = $"{(int)code} {message}".TrimEnd();
                session.Transfer.OnError(code);
                Act(session, default, now);
                break;
            default:
                // Never answered: two servers could keep each other busy for ever.
                sessions.Tally.Ignore();
                break;
        }
    }

    private void Act(Session session, TftpSend send, TimeSpan now)
    {
        sender.Send(session, send);
        if (session.Transfer.IsOpen)
            return;
        if (session.Transfer.State is TftpTransferState.Completed or TftpTransferState.Unconfirmed)
            oneTime.Sent(session);
        if (session.Transfer.State is TftpTransferState.Failed)
            BlockSender.Refuse(session.Socket, session.Peer, session.Source, TftpErrorCode.Undefined, session.Complaint ?? "The file cannot be read any more");
        sessions.End(session, now);
    }

    private void Sweep(TimeSpan now)
    {
        // A dictionary may lose entries while it is walked through.
        foreach (var session in sessions.All)
        {
            if (now >= session.Transfer.Deadline)
                Act(session, session.Transfer.OnTime(now), now);
        }
    }

    private void GiveUpAll()
    {
        foreach (var session in sessions.All)
        {
            session.Complaint = "The server stops";
            session.Transfer.Fail();
            Act(session, default, Now);
        }

        SendAll();
    }

    private void SendAll()
    {
        foreach (var socket in sockets)
            socket.Out.Flush();
        cache.Sent();
    }

    private void Guard(Action step)
    {
        try
        {
            step();
        }
        catch (Exception e)
        {
            broken(e);
        }
    }
}
