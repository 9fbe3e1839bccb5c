namespace LinboPortal.Core.Boot;

/// <summary>A read or write request as a client sent it.</summary>
/// <param name="IsWrite">True for a write request, which this server always refuses.</param>
/// <param name="FileName">The name as sent, without what firmware leaves behind it, and with slashes for backslashes; dots and case untouched.</param>
/// <param name="Mode">Octet, netascii or something that is refused.</param>
/// <param name="Options">The options that are known and have a legal value.</param>
public sealed record TftpRequest(bool IsWrite, string FileName, TftpMode Mode, TftpRequestOptions Options);

/// <summary>The options of a request that are known and legal; the others are as if not sent (RFC 2347).</summary>
/// <param name="BlockSize">Asked block size in bytes, 8 or more (RFC 2348).</param>
/// <param name="WindowSize">Asked blocks per acknowledgement, 1 to 65535 (RFC 7440).</param>
/// <param name="TimeoutSeconds">Asked timeout, 1 to 255 seconds (RFC 2349).</param>
/// <param name="TransferSize">The client asks for the size of the file (RFC 2349).</param>
public readonly record struct TftpRequestOptions(
    int? BlockSize = null, int? WindowSize = null, int? TimeoutSeconds = null, bool TransferSize = false)
{
    /// <summary>
    /// Takes one option in. Unknown names and illegal values leave the options as they were, and so does a
    /// repeated one: RFC 2347 allows each only once.
    /// </summary>
    /// <param name="name">Name, in any case.</param>
    /// <param name="value">Decimal digits.</param>
    public TftpRequestOptions With(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!TryNumber(value, out var number))
            return this;
        if (Is(name, "blksize"u8))
            return BlockSize is null && number is >= TftpTerms.SmallestBlock and <= int.MaxValue
                ? this with { BlockSize = (int)number } : this;
        if (Is(name, "windowsize"u8))
            return WindowSize is null && number is >= 1 and <= ushort.MaxValue
                ? this with { WindowSize = (int)number } : this;
        if (Is(name, "timeout"u8))
            return TimeoutSeconds is null && number is >= 1 and <= 255
                ? this with { TimeoutSeconds = (int)number } : this;
        return Is(name, "tsize"u8) ? this with { TransferSize = true } : this;
    }

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> known) =>
        System.Text.Ascii.EqualsIgnoreCase(name, known);

    private static bool TryNumber(ReadOnlySpan<byte> digits, out long number)
    {
        number = 0;
        if (digits.IsEmpty || digits.Length > 18)
            return false;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            number = number * 10 + (digit - '0');
        }

        return true;
    }
}
