using System.Runtime.InteropServices;
using LinboPortal.Core.Boot;

namespace LinboPortal.Infrastructure.Boot.Tftp;

/// <summary>Takes dozens of datagrams out of a socket with one call.</summary>
internal sealed unsafe class ReceiveBatch : IDisposable
{
    public const int Most = 64;

    // One byte more than is ever read, so that longer ones are known as such.
    private const int BufferLength = TftpPacket.LongestRequest + 8;
    private const int Slot = BufferLength + 32 + ControlData.Longest;

    private readonly LibC.Message* messages = (LibC.Message*)NativeMemory.AllocZeroed(Most, (nuint)sizeof(LibC.Message));
    private readonly LibC.Piece* pieces = (LibC.Piece*)NativeMemory.AllocZeroed(Most, (nuint)sizeof(LibC.Piece));
    private readonly byte* memory = (byte*)NativeMemory.AllocZeroed(Most, Slot);

    public ReceiveBatch()
    {
        for (var i = 0; i < Most; i++)
        {
            var slot = memory + i * Slot;
            pieces[i] = new() { Start = slot, Length = BufferLength };
            messages[i] = new() { Pieces = pieces + i, PieceCount = 1, Name = slot + BufferLength, Control = slot + BufferLength + 32 };
        }
    }

    /// <summary>Receives what is there, without waiting.</summary>
    /// <returns>How many datagrams came.</returns>
    public int Receive(int socket)
    {
        for (var i = 0; i < Most; i++)
        {
            messages[i].NameLength = Peer.LongestName;
            messages[i].ControlLength = ControlData.Longest;
        }

        var count = LibC.ReceiveMany(socket, messages, Most, LibC.DontWait, null);
        return Math.Max(count, 0);
    }

    /// <summary>A datagram; empty where it was too long to be anything of ours.</summary>
    public ReadOnlySpan<byte> Packet(int index) =>
        ((int)messages[index].Flags & LibC.Truncated) != 0 ? default : new(pieces[index].Start, Math.Min((int)(uint)messages[index].Length, BufferLength));

    public bool TryPeer(int index, out Peer peer) => Peer.TryRead(messages[index].Name, out peer);

    public bool TryAsked(int index, out PeerAddress asked) => ControlData.TryRead(messages[index].Control, messages[index].ControlLength, out asked);

    public void Dispose()
    {
        NativeMemory.Free(messages);
        NativeMemory.Free(pieces);
        NativeMemory.Free(memory);
    }
}
