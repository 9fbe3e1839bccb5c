namespace LinboPortal.Core.Boot;

/// <summary>What the server allows a client to negotiate.</summary>
/// <param name="MaxBlockSize">Largest block in bytes, 8 to 65464.</param>
/// <param name="MaxWindowSize">Most blocks per acknowledgement, 1 to 1024.</param>
public readonly record struct TftpTermLimits(int MaxBlockSize, int MaxWindowSize);

/// <summary>What client and server agreed on before the first block (RFC 2347).</summary>
/// <param name="BlockSize">Bytes in every block but the last.</param>
/// <param name="WindowSize">Blocks per acknowledgement.</param>
/// <param name="Timeout">The agreed longest wait before a packet is sent again; null where none was asked for.</param>
/// <param name="Answer">The options to acknowledge; without one the transfer starts with block 1.</param>
/// <param name="TransferSize">The size to tell in the acknowledgement.</param>
public readonly record struct TftpTerms(
    int BlockSize, int WindowSize, TimeSpan? Timeout, TftpRequestOptions Answer, long? TransferSize)
{
    /// <summary>Block size without negotiation (RFC 1350).</summary>
    public const int DefaultBlock = 512;

    /// <summary>Smallest block that may be negotiated (RFC 2348).</summary>
    public const int SmallestBlock = 8;

    /// <summary>Largest block that may be negotiated (RFC 2348): what fits into one UDP datagram.</summary>
    public const int LargestBlock = 65464;

    /// <summary>True when at least one option is to be acknowledged.</summary>
    public bool HasAnswer =>
        Answer.BlockSize is not null || Answer.WindowSize is not null || Answer.TimeoutSeconds is not null
        || TransferSize is not null;

    /// <summary>Works out the terms for a request.</summary>
    /// <param name="asked">What the client asked for.</param>
    /// <param name="size">
    /// Size of what goes over the wire in bytes. Null where that is not known beforehand (netascii): the client's
    /// tsize then stays unanswered, which RFC 2347 reads as "not supported".
    /// </param>
    /// <param name="limits">What the server allows.</param>
    public static TftpTerms Negotiate(TftpRequestOptions asked, long? size, TftpTermLimits limits)
    {
        // A server may answer with less than was asked, never with more (RFC 2348, RFC 7440).
        int? block = asked.BlockSize is { } b ? Math.Min(b, limits.MaxBlockSize) : null;
        int? window = asked.WindowSize is { } w ? Math.Min(w, limits.MaxWindowSize) : null;
        TimeSpan? timeout = asked.TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        var answer = asked with { BlockSize = block, WindowSize = window };
        return new(block ?? DefaultBlock, window ?? 1, timeout, answer, asked.TransferSize ? size : null);
    }
}
