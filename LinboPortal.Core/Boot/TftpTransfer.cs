namespace LinboPortal.Core.Boot;

/// <summary>
/// One file on its way to one client, as a pure state machine: time and packets go in, decisions on what to send come
/// out. It knows no socket, clock or file. Times are counted from any fixed point, as long as they never go back.
/// Block numbers are absolute; on the wire they wrap to 0 after 65535, as all clients of large files expect.
/// </summary>
/// <param name="terms">What was negotiated.</param>
/// <param name="size">Bytes to transfer; null while unknown (netascii), then <see cref="EndAt"/> tells.</param>
/// <param name="patience">How long to wait.</param>
public sealed class TftpTransfer(TftpTerms terms, long? size, TftpPatience patience)
{
    private TftpRoundTrip _roundTrip = new(patience, terms.Timeout);
    private long _lastBlock = size is { } bytes ? bytes / terms.BlockSize + 1 : long.MaxValue;
    private long? _size = size;
    private long _acknowledged;
    private long _sent;
    private TimeSpan _sentAt;
    private TimeSpan _heardAt;
    private bool _heard;
    private bool _repeated;
    private bool _deafToDuplicates;

    /// <summary>What was negotiated.</summary>
    public TftpTerms Terms => terms;

    /// <summary>Where the transfer stands.</summary>
    public TftpTransferState State { get; private set; } = TftpTransferState.Negotiating;

    /// <summary>True while packets are awaited.</summary>
    public bool IsOpen => State is TftpTransferState.Negotiating or TftpTransferState.Sending;

    /// <summary>True once the client answered anything: until then a repeated request asks for the first packet.</summary>
    public bool HasHeard => _heard;

    /// <summary>Packets that were sent again.</summary>
    public int Retransmits { get; private set; }

    /// <summary>When <see cref="OnTime"/> has something to do.</summary>
    public TimeSpan Deadline => _sentAt + _roundTrip.Wait;

    /// <summary>Bytes that the client acknowledged.</summary>
    public long BytesAcknowledged =>
        _size is { } all ? Math.Min(_acknowledged * terms.BlockSize, all) : _acknowledged * terms.BlockSize;

    /// <summary>Answers the request: with the options, or with the first block where there are none.</summary>
    /// <param name="now">Time.</param>
    public TftpSend Start(TimeSpan now)
    {
        _heardAt = now;
        if (terms.HasAnswer)
            return SendOptions(now);
        State = TftpTransferState.Sending;
        return SendWindow(now);
    }

    /// <summary>The request came again: the client did not get the first packet.</summary>
    /// <param name="now">Time.</param>
    public TftpSend OnRepeatedRequest(TimeSpan now) => !IsOpen || _heard ? default : Repeat(now);

    /// <summary>Takes in an acknowledgement.</summary>
    /// <param name="block">Block number as on the wire.</param>
    /// <param name="now">Time.</param>
    public TftpSend OnAck(ushort block, TimeSpan now)
    {
        if (State is TftpTransferState.Negotiating)
            return block == 0 ? OnOptionsAccepted(now) : default;
        if (State is not TftpTransferState.Sending)
            return default;
        var progress = unchecked((ushort)(block - (ushort)_acknowledged));
        if (progress == 0)
            return OnDuplicate(now);
        // Anything beyond what is on its way is an old packet that came late, or a forgery.
        return progress > _sent - _acknowledged ? default : OnProgress(progress, now);
    }

    /// <summary>The client reported an error: never answered, always the end.</summary>
    /// <param name="code">Its code.</param>
    public void OnError(TftpErrorCode code)
    {
        if (!IsOpen)
            return;
        // Firmware ends size probes with 8, some with 0; GRUB closes a file before its end with 0.
        State = State is TftpTransferState.Negotiating
            || code is TftpErrorCode.Undefined or TftpErrorCode.OptionsRefused
            ? TftpTransferState.Aborted
            : TftpTransferState.ClientError;
    }

    /// <summary>Nothing came until <see cref="Deadline"/>: sends again, or gives up.</summary>
    /// <param name="now">Time.</param>
    public TftpSend OnTime(TimeSpan now)
    {
        if (!IsOpen || now < Deadline)
            return default;
        _roundTrip.Doubled();
        if (State is TftpTransferState.Sending && _heard && _acknowledged == _lastBlock - 1
            && _roundTrip.Attempts >= patience.LastAttempts)
            return Give(TftpTransferState.Unconfirmed);
        if (now - _heardAt >= patience.Idle || (!_heard && _roundTrip.Attempts >= patience.FirstAttempts))
            return Give(TftpTransferState.TimedOut);
        return IsReflected ? Wait(now) : Repeat(now);
    }

    /// <summary>
    /// True where a block of the file answers a request that may be forged, in a network of somebody who asked for nothing: it goes out
    /// <see cref="TftpPatience.UnheardBlocks"/> times. An option acknowledgement is hardly longer than the request.
    /// </summary>
    private bool IsReflected => !_heard && State is TftpTransferState.Sending && _roundTrip.Attempts >= patience.UnheardBlocks;

    private TftpSend Wait(TimeSpan now)
    {
        _sentAt = now;
        return default;
    }

    /// <summary>Tells where the file ends, once that is known.</summary>
    /// <param name="block">The last block: the first that is shorter than the block size, be it empty.</param>
    /// <param name="length">Its length in bytes.</param>
    public void EndAt(long block, int length)
    {
        _lastBlock = block;
        _size = (block - 1) * terms.BlockSize + length;
        _sent = Math.Min(_sent, block);
    }

    /// <summary>The server cannot go on.</summary>
    public void Fail()
    {
        if (IsOpen)
            State = TftpTransferState.Failed;
    }

    /// <summary>The client asks for something else from the same port: it has done with this one.</summary>
    public void Supersede()
    {
        if (IsOpen)
            State = State is TftpTransferState.Sending && _acknowledged >= _lastBlock - 1 && _heard
                ? TftpTransferState.Unconfirmed
                : TftpTransferState.Aborted;
    }

    private TftpSend OnOptionsAccepted(TimeSpan now)
    {
        Hear(now);
        State = TftpTransferState.Sending;
        return SendWindow(now);
    }

    private TftpSend OnProgress(int blocks, TimeSpan now)
    {
        var whole = blocks == _sent - _acknowledged;
        if (whole)
            Hear(now);
        else
            (_heard, _heardAt) = (true, now);
        _roundTrip.Heard();
        _acknowledged += blocks;
        if (_acknowledged == _lastBlock)
            return Give(TftpTransferState.Completed);
        if (!whole)
            return Repeat(now);
        // A window that went out twice may be acknowledged twice: that second time is no gap in the next window.
        // Taking it for one would double every window from here on (the sorcerer's apprentice, RFC 1123 4.2.3.1).
        _deafToDuplicates = _repeated;
        return SendWindow(now);
    }

    private TftpSend OnDuplicate(TimeSpan now)
    {
        (_heard, _heardAt) = (true, now);
        // RFC 1123 4.2.3.1: never on a duplicate where each block is acknowledged. In a window it names a gap.
        return terms.WindowSize == 1 || _deafToDuplicates || _sent == _acknowledged ? default : Repeat(now);
    }

    private void Hear(TimeSpan now)
    {
        if (!_repeated)
            _roundTrip.Measured(now - _sentAt);
        _roundTrip.Heard();
        (_heard, _heardAt) = (true, now);
    }

    private TftpSend Repeat(TimeSpan now)
    {
        var before = _sent;
        var send = State is TftpTransferState.Negotiating ? SendOptions(now) : SendWindow(now);
        Retransmits += send.Kind is TftpSendKind.OptionAck ? 1 : (int)(Math.Min(before, _sent) - _acknowledged);
        _repeated = true;
        _deafToDuplicates = true;
        return send;
    }

    private TftpSend SendOptions(TimeSpan now)
    {
        _sentAt = now;
        return new(TftpSendKind.OptionAck);
    }

    private TftpSend SendWindow(TimeSpan now)
    {
        var count = (int)Math.Min(terms.WindowSize, _lastBlock - _acknowledged);
        _sent = _acknowledged + count;
        _sentAt = now;
        _repeated = false;
        return new(TftpSendKind.Blocks, _acknowledged + 1, count);
    }

    private TftpSend Give(TftpTransferState state)
    {
        State = state;
        return default;
    }
}
