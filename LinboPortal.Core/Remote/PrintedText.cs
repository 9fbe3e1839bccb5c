using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace LinboPortal.Core.Remote;

/// <summary>Finished lines of what a PC printed.</summary>
/// <param name="Offset">Where they begin in the output, in bytes.</param>
/// <param name="Text">The lines, each with <c>\n</c> at its end: for people and for the database.</param>
/// <param name="Next">Where what follows begins, in bytes: a new <see cref="PrintedText"/> from here on goes on with the same text.</param>
public sealed record PrintedPiece(long Offset, string Text, long Next);

/// <summary>
/// Makes text of what a PC prints, bytes of any kind in pieces of any size: UTF-8 with what is none replaced, without NUL and escape sequences,
/// the LINBO password masked. A line that a carriage return took back (progress) leaves no trace but <see cref="LastLine"/> and
/// <see cref="Progress"/>. Only finished lines are given out, so a reader that dies loses nothing: the next one begins at <see cref="Next"/>.
/// </summary>
/// <param name="offset">Where reading begins, in bytes.</param>
/// <param name="secret">What must not be seen; null or empty for nothing.</param>
public sealed partial class PrintedText(long offset = 0, string? secret = null)
{
    /// <summary>Characters of a line that are kept.</summary>
    public const int LongestLine = 4000;

    private const int Kept = 16 * 1024;
    private const long LongestStretch = 1024 * 1024;
    private const string Mask = "***";

    private readonly ArrayBufferWriter<byte> line = new();
    private readonly StringBuilder finished = new();
    private long start = offset;
    private long at = offset;
    private bool isCut;
    private bool isReturned;
    private string lastLine = "";

    /// <summary>Where the first byte lies whose text was not given out yet.</summary>
    public long Next { get; private set; } = offset;

    /// <summary>The newest progress; null before the first.</summary>
    public CommandProgress? Progress { get; private set; }

    /// <summary>The newest line with something in it, finished or not.</summary>
    public string LastLine => line.WrittenCount > 0 && Clean(isFinished: false) is { Length: > 0 } unfinished ? unfinished : lastLine;

    /// <summary>Takes the next bytes.</summary>
    /// <returns>The lines that they finished; null for none.</returns>
    public PrintedPiece? Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var length = bytes.IndexOfAny((byte)'\n', (byte)'\r') is >= 0 and var end ? end : bytes.Length;
            if (length > 0)
            {
                length = Keep(bytes[..length]);
                bytes = bytes[length..];
                continue;
            }

            at++;
            isReturned = bytes[0] == '\r';
            if (!isReturned)
                Finish();
            bytes = bytes[1..];
        }

        return Give();
    }

    /// <summary>There is no more.</summary>
    /// <returns>The last line where it has no end; null where nothing is left.</returns>
    public PrintedPiece? End()
    {
        if (at > start)
            Finish();
        return Give();
    }

    private int Keep(ReadOnlySpan<byte> bytes)
    {
        if (isReturned)
            TakeBack();
        // Garbage without any end of line still moves on.
        var length = (int)Math.Min(bytes.Length, LongestStretch - (at - start));
        var kept = Math.Min(length, Kept - line.WrittenCount);
        line.Write(bytes[..kept]);
        isCut |= kept < length;
        at += length;
        if (at - start >= LongestStretch)
            Finish();
        return length;
    }

    private void TakeBack()
    {
        Look(Clean(isFinished: true));
        Begin();
    }

    private void Finish()
    {
        var text = Clean(isFinished: true);
        Look(text);
        finished.Append(text).Append('\n');
        Begin();
    }

    private void Begin()
    {
        line.ResetWrittenCount();
        (start, isCut, isReturned) = (at, false, false);
    }

    private void Look(string text)
    {
        if (text.Length > 0)
            lastLine = text;
        Progress = CommandProgress.Read(text) ?? Progress;
    }

    private PrintedPiece? Give()
    {
        var from = Next;
        Next = start;
        if (finished.Length == 0)
            return null;
        var piece = new PrintedPiece(from, finished.ToString(), start);
        finished.Clear();
        return piece;
    }

    private string Clean(bool isFinished)
    {
        var text = Encoding.UTF8.GetString(line.WrittenSpan);
        text = Control().Replace(Escape().Replace(text, ""), "");
        if (!string.IsNullOrEmpty(secret))
            text = text.Replace(secret, Mask, StringComparison.Ordinal);
        text = Token().Replace(text, "$1" + Mask);
        // The rest of a secret, or of a character, may be in the bytes to come.
        if (isCut || !isFinished)
            text = WithoutStartOfSecret(text.TrimEnd('\uFFFD'));
        if (text.Length > LongestLine || isCut)
            text = text[..Math.Min(text.Length, char.IsHighSurrogate(text.ElementAtOrDefault(LongestLine - 1)) ? LongestLine - 1 : LongestLine)] + " …";
        return text.TrimEnd();
    }

    private string WithoutStartOfSecret(string text)
    {
        for (var length = Math.Min(secret?.Length ?? 0, text.Length); length > 0; length--)
        {
            if (text.AsSpan().EndsWith(secret.AsSpan(0, length), StringComparison.Ordinal))
                return text[..^length];
        }

        return text;
    }

    [GeneratedRegex(@"(linbo:|RSYNC_PASSWORD=)[^\s,]+")]
    private static partial Regex Token();

    // CSI, then the strings OSC, DCS, SOS, PM, APC, then what has two characters.
    [GeneratedRegex(@"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]?")]
    private static partial Regex Escape();

    [GeneratedRegex(@"[\x00-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")]
    private static partial Regex Control();
}
