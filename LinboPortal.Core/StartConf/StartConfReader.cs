using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace LinboPortal.Core.StartConf;

/// <summary>
/// Reads start.conf the way LINBO's client does (linbo.md 5): a line counts when it starts in column 0 with a letter or <c>[</c>,
/// <c># </c> behind a value starts a comment. Every line is kept, so that what was not changed is given back byte for byte.
/// </summary>
public static class StartConfReader
{
    /// <summary>The byte order mark that some Windows editors write.</summary>
    public const char ByteOrderMark = '\uFEFF';

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads bytes of a file; a byte order mark stays the first character of the text.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="text">The text, from which <see cref="StartConfWriter.Encode"/> makes the same bytes.</param>
    /// <returns>False where the bytes are not UTF-8.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out string? text)
    {
        try
        {
            text = Strict.GetString(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            text = null;
            return false;
        }
    }

    /// <summary>Reads a text. Never fails: what LINBO would not understand is kept and reported by <see cref="StartConfRules"/>.</summary>
    public static StartConfDocument Read(string text)
    {
        var mark = text is [ByteOrderMark, ..];
        var lines = ImmutableArray.CreateBuilder<StartConfLine>();
        var start = mark ? 1 : 0;
        while (start < text.Length)
        {
            var end = text.AsSpan(start).IndexOfAny('\r', '\n');
            var stop = end < 0 ? text.Length : start + end;
            var next = end < 0 ? stop : text[stop] == '\r' && stop + 1 < text.Length && text[stop + 1] == '\n' ? stop + 2 : stop + 1;
            lines.Add(ReadLine(text[start..stop], text[stop..next]));
            start = next;
        }

        return new StartConfDocument(lines.ToImmutable(), mark);
    }

    /// <summary>Reads one line.</summary>
    internal static StartConfLine ReadLine(string text, string ending)
    {
        var trimmed = text.AsSpan().TrimStart();
        if (trimmed.IsEmpty)
            return new StartConfLine { Text = text, Ending = ending, Kind = StartConfLineKind.Blank };
        if (trimmed[0] == '#')
            return new StartConfLine { Text = text, Ending = ending, Kind = StartConfLineKind.Comment };
        if (text[0] == '[')
            return ReadSection(text, ending);
        if (char.IsAsciiLetter(text[0]))
            return ReadSetting(text, ending);
        return new StartConfLine { Text = text, Ending = ending, Kind = StartConfLineKind.Ignored, NameStart = text.Length - trimmed.Length };
    }

    private static StartConfLine ReadSection(string text, string ending)
    {
        var close = text.IndexOf(']', StringComparison.Ordinal);
        return new StartConfLine
        {
            Text = text,
            Ending = ending,
            Kind = StartConfLineKind.Section,
            Name = (close < 0 ? text[1..] : text[1..close]).Trim(),
            NameStart = 1,
            CommentStart = text.IndexOf('#', StringComparison.Ordinal),
        };
    }

    private static StartConfLine ReadSetting(string text, string ending)
    {
        // The client cuts at the first "# ", also where no blank stands before it.
        var comment = text.IndexOf("# ", StringComparison.Ordinal);
        var readable = comment < 0 ? text.AsSpan() : text.AsSpan(0, comment);
        var equals = readable.IndexOf('=');
        if (equals < 0)
        {
            return new StartConfLine
            {
                Text = text,
                Ending = ending,
                Kind = StartConfLineKind.Setting,
                Name = readable.TrimEnd(" \t").ToString(),
                CommentStart = comment,
            };
        }

        var value = readable[(equals + 1)..];
        var content = value.Trim(" \t");
        var start = equals + 1 + (value.Length - value.TrimStart(" \t").Length);
        if (content.IsEmpty)
            start = equals + 1 + (value is [' ' or '\t', ..] ? 1 : 0);
        return new StartConfLine
        {
            Text = text,
            Ending = ending,
            Kind = StartConfLineKind.Setting,
            Name = readable[..equals].TrimEnd(" \t").ToString(),
            Value = Squeeze(content),
            ValueStart = start,
            ValueEnd = start + content.Length,
            CommentStart = comment,
        };
    }

    // The client's awk joins a line's words with one blank each.
    private static string Squeeze(ReadOnlySpan<char> value)
    {
        var text = new StringBuilder(value.Length);
        foreach (var c in value)
        {
            var blank = c is ' ' or '\t';
            if (!blank || text[^1] != ' ')
                text.Append(blank ? ' ' : c);
        }

        return text.ToString();
    }
}
