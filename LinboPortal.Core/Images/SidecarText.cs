using System.Text;

namespace LinboPortal.Core.Images;

/// <summary>How the text of a sidecar stands in its file. Windows' regedit writes UTF-16; old files are Latin-1.</summary>
public enum SidecarEncoding
{
    /// <summary>UTF-8 without a byte order mark: what new files are.</summary>
    Utf8,

    /// <summary>UTF-8 with a byte order mark.</summary>
    Utf8Mark,

    /// <summary>UTF-16, low byte first, with a byte order mark.</summary>
    Utf16,

    /// <summary>UTF-16, low byte first, without a byte order mark.</summary>
    Utf16Bare,

    /// <summary>UTF-16, high byte first, with a byte order mark.</summary>
    Utf16BigEndian,

    /// <summary>Latin-1.</summary>
    Latin1,
}

/// <summary>The text of a sidecar with the encoding of its file, so that it goes back as it came.</summary>
/// <param name="Text">Without a byte order mark.</param>
/// <param name="Encoding">How it stands in the file.</param>
public sealed record SidecarText(string Text, SidecarEncoding Encoding)
{
    private const string Windows = "\r\n";

    /// <summary>Reads a file's bytes; null where they are no text: with NUL, or broken for what their byte order mark says.</summary>
    public static SidecarText? Read(ReadOnlySpan<byte> bytes)
    {
        var (encoding, start) = bytes switch
        {
            [0xff, 0xfe, ..] => (SidecarEncoding.Utf16, 2),
            [0xfe, 0xff, ..] => (SidecarEncoding.Utf16BigEndian, 2),
            [0xef, 0xbb, 0xbf, ..] => (SidecarEncoding.Utf8Mark, 3),
            [not 0, 0, not 0, 0, ..] => (SidecarEncoding.Utf16Bare, 0),
            _ => (SidecarEncoding.Utf8, 0),
        };
        var text = TryDecode(Of(encoding), bytes[start..]);
        if (text is null && encoding == SidecarEncoding.Utf8)
            (text, encoding) = (System.Text.Encoding.Latin1.GetString(bytes), SidecarEncoding.Latin1);
        return text is null || text.Contains('\0', StringComparison.Ordinal) ? null : new SidecarText(text, encoding);
    }

    /// <summary>True for what a person may write: no NUL, no half of a pair of surrogates.</summary>
    public static bool IsText(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0' || char.IsLowSurrogate(text[i]) || (char.IsHighSurrogate(text[i]) && (i + 1 == text.Length || !char.IsLowSurrogate(text[++i]))))
                return false;
        }

        return true;
    }

    /// <summary>Another text for the same file, with the line ends of Windows where the file has them.</summary>
    public SidecarText With(string text) =>
        this with { Text = Text.Contains(Windows, StringComparison.Ordinal) ? text.ReplaceLineEndings(Windows) : text };

    /// <summary>The file's bytes; null where its encoding has no such characters.</summary>
    public byte[]? ToBytes()
    {
        if (!IsText(Text) || (Encoding == SidecarEncoding.Latin1 && Text.Any(c => c > 0xff)))
            return null;
        byte[] mark = Encoding switch
        {
            SidecarEncoding.Utf16 => [0xff, 0xfe],
            SidecarEncoding.Utf16BigEndian => [0xfe, 0xff],
            SidecarEncoding.Utf8Mark => [0xef, 0xbb, 0xbf],
            _ => [],
        };
        return [.. mark, .. Of(Encoding).GetBytes(Text)];
    }

    private static string? TryDecode(Encoding encoding, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return encoding.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static Encoding Of(SidecarEncoding encoding) => encoding switch
    {
        SidecarEncoding.Utf8 or SidecarEncoding.Utf8Mark => new UTF8Encoding(false, throwOnInvalidBytes: true),
        SidecarEncoding.Utf16 or SidecarEncoding.Utf16Bare => new UnicodeEncoding(false, false, throwOnInvalidBytes: true),
        SidecarEncoding.Utf16BigEndian => new UnicodeEncoding(true, false, throwOnInvalidBytes: true),
        SidecarEncoding.Latin1 => System.Text.Encoding.Latin1,
        _ => throw new ArgumentOutOfRangeException(nameof(encoding), encoding, null),
    };
}
