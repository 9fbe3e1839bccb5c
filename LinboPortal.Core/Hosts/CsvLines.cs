using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace LinboPortal.Core.Hosts;

/// <summary>A text file cut into lines without losing a byte: byte order mark, line endings and a missing last one are kept.</summary>
internal sealed class CsvLines
{
    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];
    private readonly bool hasMark;

    private CsvLines(bool hasMark, List<CsvLine> all) => (this.hasMark, All) = (hasMark, all);

    public List<CsvLine> All { get; }

    /// <summary>The ending that new lines get: that of the first line.</summary>
    public string Ending => All.FirstOrDefault(l => l.Ending.Length > 0)?.Ending ?? "\n";

    public static CsvLines Read(ReadOnlySpan<byte> content, List<CsvIssue> issues)
    {
        var hasMark = content.StartsWith(Mark);
        var rest = hasMark ? content[Mark.Length..] : content;
        List<CsvLine> lines = [];
        if (rest.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || rest.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            issues.Add(new CsvIssue(1, 1, new HostIssue(HostField.Row, HostProblem.NotUtf8, "", "UTF-16")));
            return new CsvLines(hasMark, lines);
        }

        while (rest.Length > 0)
        {
            var end = rest.IndexOfAny((byte)'\r', (byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            var ending = end < 0 ? "" : rest[end] == (byte)'\n' ? "\n" : rest[end..].StartsWith("\r\n"u8) ? "\r\n" : "\r";
            rest = end < 0 ? [] : rest[(end + ending.Length)..];
            lines.Add(new CsvLine(lines.Count + 1, Decode(line, lines.Count + 1, issues), ending));
        }

        return new CsvLines(hasMark, lines);
    }

    public byte[] Write(IEnumerable<CsvLine> lines)
    {
        var text = new StringBuilder();
        foreach (var line in lines)
            text.Append(line.Text ?? throw new InvalidOperationException($"Line {line.Number} is no UTF-8.")).Append(line.Ending);
        var body = Encoding.UTF8.GetBytes(text.ToString());
        return hasMark ? [.. Mark, .. body] : body;
    }

    private static string? Decode(ReadOnlySpan<byte> line, int number, List<CsvIssue> issues)
    {
        if (Utf8.IsValid(line))
            return Encoding.UTF8.GetString(line);
        var at = 0;
        while (Rune.DecodeFromUtf8(line[at..], out _, out var consumed) == System.Buffers.OperationStatus.Done)
            at += consumed;
        // Latin-1 is what old spreadsheets write: show the bytes as it would, so that the umlaut can be found.
        var looksLike = string.Create(CultureInfo.InvariantCulture, $"0x{line[at]:X2}, Latin-1 '{(char)line[at]}'");
        issues.Add(new CsvIssue(number, at + 1, new HostIssue(HostField.Row, HostProblem.NotUtf8, Encoding.Latin1.GetString(line), looksLike)));
        return null;
    }
}

/// <summary>One line. <paramref name="Text"/> is null where its bytes are no UTF-8.</summary>
internal sealed record CsvLine(int Number, string? Text, string Ending);
