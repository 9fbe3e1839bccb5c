using System.Runtime.InteropServices;
using LinboPortal.Core.Boot;

namespace LinboPortal.Infrastructure.Boot.Tftp;

/// <summary>
/// Gathers datagrams for one socket and sends dozens of them with one call. The bytes of files are not copied: a datagram is a list of pieces, a
/// header of ours and parts of <see cref="FileCache"/>. Where the kernel can, a run of blocks is one message that it cuts up itself (UDP_SEGMENT).
/// </summary>
internal sealed unsafe class SendBatch(int socket) : IDisposable
{
    /// <summary>Blocks that the kernel cuts at once (UDP_MAX_SEGMENTS of older kernels).</summary>
    public const int MostSegments = 64;

    /// <summary>Bytes of one message, headers of the network aside.</summary>
    public const int MostBytes = 65_000;

    private const int Capacity = 64;
    private const int PieceCapacity = 2048;
    private const int SmallCapacity = 32 * 1024;
    private const int Unavailable = 95;
    private const int PatienceMilliseconds = 20;

    private readonly LibC.Message* messages = (LibC.Message*)NativeMemory.AllocZeroed(Capacity, (nuint)sizeof(LibC.Message));
    private readonly LibC.Piece* pieces = (LibC.Piece*)NativeMemory.AllocZeroed(PieceCapacity, (nuint)sizeof(LibC.Piece));
    private readonly byte* names = (byte*)NativeMemory.AllocZeroed(Capacity, 32);
    private readonly byte* controls = (byte*)NativeMemory.AllocZeroed(Capacity, ControlData.Longest);
    private readonly byte* small = (byte*)NativeMemory.AllocZeroed(SmallCapacity);
    private readonly Session?[] owners = new Session?[Capacity];
    private readonly ushort[] segments = new ushort[Capacity];
    private int count;
    private int pieceEnd;
    private int pieceStart;
    private int smallEnd;

    /// <summary>Datagrams that the system would not take; clients ask for them again.</summary>
    public long Lost { get; private set; }

    /// <summary>Adds a datagram of a few bytes.</summary>
    public void Add(Peer peer, PeerAddress source, ReadOnlySpan<byte> packet)
    {
        Require(1, packet.Length);
        packet.CopyTo(new Span<byte>(small + smallEnd, packet.Length));
        AddPiece(small + smallEnd, packet.Length);
        smallEnd += packet.Length;
        Commit(peer, source, 0, null);
    }

    /// <summary>Begins a message of so many blocks.</summary>
    public void Begin(int blocks) => Require(blocks * 3, blocks * TftpPacket.HeaderLength);

    /// <summary>Adds the header of a block.</summary>
    public void AddHeader(long block)
    {
        TftpPacket.WriteDataHeader(new Span<byte>(small + smallEnd, TftpPacket.HeaderLength), block);
        AddPiece(small + smallEnd, TftpPacket.HeaderLength);
        smallEnd += TftpPacket.HeaderLength;
    }

    /// <summary>Adds bytes that stay where they are until <see cref="Flush"/>.</summary>
    public void AddPiece(byte* start, int length) => pieces[pieceEnd++] = new() { Start = start, Length = (nuint)length };

    /// <summary>Forgets the message that was begun.</summary>
    public void Abandon() => pieceEnd = pieceStart;

    /// <summary>Ends the message that was begun.</summary>
    /// <param name="peer">To whom.</param>
    /// <param name="source">From which of our addresses.</param>
    /// <param name="segment">Length of each datagram where the message is several; 0 where it is one.</param>
    /// <param name="owner">Who is told when the kernel cannot cut.</param>
    public void Commit(Peer peer, PeerAddress source, ushort segment, Session? owner)
    {
        ref var message = ref messages[count];
        message.Name = names + count * 32;
        message.NameLength = peer.Write(message.Name);
        message.Pieces = pieces + pieceStart;
        message.PieceCount = (nuint)(pieceEnd - pieceStart);
        message.Control = controls + count * ControlData.Longest;
        message.ControlLength = ControlData.Write(message.Control, source, segment);
        message.Flags = 0;
        segments[count] = segment;
        owners[count++] = owner;
        pieceStart = pieceEnd;
    }

    /// <summary>Sends all.</summary>
    public void Flush()
    {
        for (var sent = 0; sent < count;)
            sent += SendFrom(sent);
        Array.Clear(owners, 0, count);
        count = pieceEnd = pieceStart = smallEnd = 0;
    }

    public void Dispose()
    {
        NativeMemory.Free(messages);
        NativeMemory.Free(pieces);
        NativeMemory.Free(names);
        NativeMemory.Free(controls);
        NativeMemory.Free(small);
    }

    private void Require(int pieceCount, int bytes)
    {
        if (count == Capacity || pieceEnd + pieceCount > PieceCapacity || smallEnd + bytes > SmallCapacity)
            Flush();
    }

    private int SendFrom(int first)
    {
        var done = LibC.SendMany(socket, messages + first, (uint)(count - first), LibC.DontWait);
        if (done > 0)
            return done;
        switch (Marshal.GetLastPInvokeError())
        {
            case LibC.EINTR:
            case LibC.EAGAIN when WaitForRoom():
                return 0;
            case LibC.EINVAL or LibC.EIO or LibC.EMSGSIZE or Unavailable when segments[first] > 0:
                // The route has a smaller MTU or a card that cannot do checksums: cut by hand, now and for the rest of this transfer.
                if (owners[first] is { } owner)
                    owner.HasOffload = false;
                SendSegments(messages[first], segments[first]);
                return 1;
            default:
                Lost++;
                return 1;
        }
    }

    private void SendSegments(LibC.Message whole, ushort segment)
    {
        var peer = Peer.TryRead(whole.Name, out _);
        var control = stackalloc byte[ControlData.Longest];
        var hasSource = ControlData.TryRead(whole.Control, whole.ControlLength, out var source);
        for (nuint from = 0; from < whole.PieceCount && peer && hasSource;)
        {
            nuint length = 0, taken = 0;
            while (from + taken < whole.PieceCount && length < segment)
                length += whole.Pieces[from + taken++].Length;
            var part = whole with { Pieces = whole.Pieces + from, PieceCount = taken, Control = control, ControlLength = ControlData.Write(control, source, 0) };
            if (LibC.SendMany(socket, &part, 1, LibC.DontWait) != 1 && (!WaitForRoom() || LibC.SendMany(socket, &part, 1, LibC.DontWait) != 1))
                Lost++;
            from += taken;
        }
    }

    private bool WaitForRoom()
    {
        var wanted = new LibC.PollDescriptor { Descriptor = socket, Wanted = LibC.PollOut };
        return LibC.Poll(&wanted, 1, PatienceMilliseconds) > 0;
    }
}
