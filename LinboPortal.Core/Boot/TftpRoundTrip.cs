namespace LinboPortal.Core.Boot;

/// <summary>
/// How long to wait before a packet is sent again: measured as RFC 6298 does it for TCP, doubled with every
/// attempt that stays without an answer.
/// </summary>
/// <param name="patience">Bounds.</param>
/// <param name="agreed">
/// The timeout agreed with the client (RFC 2349): the longest of the first waits. We may well repeat earlier, which a
/// client cannot tell from a packet that the network doubled; a lost packet would otherwise cost whole seconds. Later
/// waits become longer, because a client whose acknowledgement was lost may say it again only after a silence of its own
/// (atftp: 5 s, whatever was agreed): each of our repetitions would start that silence anew.
/// </param>
internal struct TftpRoundTrip(TftpPatience patience, TimeSpan? agreed)
{
    private const int AgreedAttempts = 4;

    private readonly TimeSpan _shortest = patience.ShortestWait;
    private long _smoothed;
    private long _variation;
    private TimeSpan _wait = patience.FirstWait;

    /// <summary>Attempts since the last answer.</summary>
    public int Attempts { get; private set; }

    /// <summary>The wait that follows the latest attempt.</summary>
    public readonly TimeSpan Wait
    {
        get
        {
            var wait = _wait * (1 << Math.Min(Attempts, 16));
            var longest = agreed is { } bound && Attempts <= AgreedAttempts ? bound : patience.LongestWait;
            return wait < longest ? wait : longest;
        }
    }

    /// <summary>The other side did not answer in time.</summary>
    public void Doubled() => Attempts++;

    /// <summary>The other side is alive.</summary>
    public void Heard() => Attempts = 0;

    /// <summary>Takes in a round trip of packets that were sent once only (Karn's rule).</summary>
    /// <param name="took">Time from the packet to its answer.</param>
    public void Measured(TimeSpan took)
    {
        if (_smoothed == 0)
        {
            (_smoothed, _variation) = (took.Ticks, took.Ticks / 2);
        }
        else
        {
            _variation += (Math.Abs(_smoothed - took.Ticks) - _variation) / 4;
            _smoothed += (took.Ticks - _smoothed) / 8;
        }

        var wait = TimeSpan.FromTicks(_smoothed + 4 * _variation);
        _wait = wait < _shortest ? _shortest : wait;
    }
}
