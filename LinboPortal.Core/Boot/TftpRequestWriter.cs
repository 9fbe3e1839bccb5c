using System.Globalization;
using System.Text;

namespace LinboPortal.Core.Boot;

/// <summary>Writes the packets that carry options: requests (for clients) and their acknowledgements.</summary>
public static class TftpRequestWriter
{
    /// <summary>Writes a read request and returns its length.</summary>
    /// <param name="target">Large enough for the name and all options; otherwise an <see cref="ArgumentException"/>.</param>
    /// <param name="request">What to ask for.</param>
    public static int WriteRequest(Span<byte> target, TftpRequest request)
    {
        target[0] = 0;
        target[1] = (byte)(request.IsWrite ? TftpOpcode.Write : TftpOpcode.Read);
        var length = 2;
        length += WriteText(target[length..], request.FileName);
        length += WriteText(target[length..], request.Mode is TftpMode.Netascii ? "netascii" : "octet");
        return length + WriteOptions(target[length..], request.Options, request.Options.TransferSize ? 0 : null);
    }

    /// <summary>Writes the acknowledgement of options and returns its length.</summary>
    /// <param name="target">128 bytes always suffice.</param>
    /// <param name="terms">What was agreed on.</param>
    public static int WriteOptionAck(Span<byte> target, TftpTerms terms)
    {
        target[0] = 0;
        target[1] = (byte)TftpOpcode.OptionAcknowledgement;
        return 2 + WriteOptions(target[2..], terms.Answer, terms.TransferSize);
    }

    private static int WriteOptions(Span<byte> target, TftpRequestOptions options, long? size)
    {
        var length = 0;
        if (options.BlockSize is { } block)
            length += WriteOption(target[length..], "blksize", block);
        if (options.WindowSize is { } window)
            length += WriteOption(target[length..], "windowsize", window);
        if (options.TimeoutSeconds is { } timeout)
            length += WriteOption(target[length..], "timeout", timeout);
        if (size is { } bytes)
            length += WriteOption(target[length..], "tsize", bytes);
        return length;
    }

    private static int WriteOption(Span<byte> target, string name, long value)
    {
        var length = WriteText(target, name);
        if (!value.TryFormat(target[length..], out var digits, default, CultureInfo.InvariantCulture))
            throw new ArgumentException("The target is too short for the options.", nameof(target));
        target[length + digits] = 0;
        return length + digits + 1;
    }

    private static int WriteText(Span<byte> target, string text)
    {
        var length = Encoding.UTF8.GetBytes(text, target);
        target[length] = 0;
        return length + 1;
    }
}
