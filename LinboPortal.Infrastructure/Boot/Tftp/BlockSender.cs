using LinboPortal.Core.Boot;

namespace LinboPortal.Infrastructure.Boot.Tftp;

/// <summary>Turns a transfer's decision into datagrams.</summary>
/// <param name="cache">Bytes of the files.</param>
/// <param name="sendAll">Sends what is gathered so far, on all sockets.</param>
internal sealed class BlockSender(FileCache cache, Action sendAll)
{
    /// <summary>Queues what is to be sent. Where the file cannot be read any more the transfer fails.</summary>
    public void Send(Session session, TftpSend send)
    {
        switch (send.Kind)
        {
            case TftpSendKind.OptionAck:
                Span<byte> packet = stackalloc byte[128];
                var length = TftpRequestWriter.WriteOptionAck(packet, session.Transfer.Terms);
                session.Socket.Out.Add(session.Peer, session.Source, packet[..length]);
                break;
            case TftpSendKind.Blocks when session.Text is { } text:
                SendText(session, text, send.FirstBlock);
                break;
            case TftpSendKind.Blocks:
                SendRun(session, send.FirstBlock, send.Count);
                break;
        }
    }

    /// <summary>Queues an error.</summary>
    public static void Refuse(ServerSocket socket, Peer peer, PeerAddress source, TftpErrorCode code, string message)
    {
        Span<byte> packet = stackalloc byte[128];
        socket.Out.Add(peer, source, packet[..TftpPacket.WriteError(packet, code, message)]);
    }

    private void SendRun(Session session, long first, int count)
    {
        var datagram = session.Transfer.Terms.BlockSize + TftpPacket.HeaderLength;
        var most = session.HasOffload ? Math.Clamp(SendBatch.MostBytes / datagram, 1, SendBatch.MostSegments) : 1;
        for (var sent = 0; sent < count;)
        {
            var run = Math.Min(most, count - sent);
            if (cache.IsFull)
                sendAll();
            var batch = session.Socket.Out;
            batch.Begin(run);
            for (var i = 0; i < run; i++)
            {
                if (!TryAdd(session, batch, first + sent + i))
                {
                    batch.Abandon();
                    session.Transfer.Fail();
                    return;
                }
            }

            batch.Commit(session.Peer, session.Source, run > 1 ? (ushort)datagram : (ushort)0, session);
            sent += run;
        }
    }

    private unsafe bool TryAdd(Session session, SendBatch batch, long block)
    {
        batch.AddHeader(block);
        var size = session.Transfer.Terms.BlockSize;
        var offset = (block - 1) * size;
        var end = Math.Min(offset + size, session.File.Length);
        while (offset < end)
        {
            var within = (int)(offset % Chunk.Size);
            if (cache.Get(session.File, offset / Chunk.Size, session.Recent) is not { } chunk)
                return false;
            session.Recent = chunk;
            var length = (int)Math.Min(chunk.Length - within, end - offset);
            batch.AddPiece(chunk.Start + within, length);
            offset += length;
        }

        return true;
    }

    private static unsafe void SendText(Session session, NetasciiBlocks text, long block)
    {
        if (!text.TryMake(block))
        {
            session.Transfer.Fail();
            return;
        }

        if (text.Length < session.Transfer.Terms.BlockSize)
            session.Transfer.EndAt(block, text.Length);
        var batch = session.Socket.Out;
        batch.Begin(1);
        batch.AddHeader(block);
        batch.AddPiece(text.Start, text.Length);
        batch.Commit(session.Peer, session.Source, 0, null);
    }
}
