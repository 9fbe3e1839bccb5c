using System.Text;

namespace LinboPortal.Core.StartConf;

/// <summary>Changes single settings of a start.conf and leaves everything else, down to the column of a comment, as it was.</summary>
public static class StartConfWriter
{
    /// <summary>The bytes of the file; the opposite of <see cref="StartConfReader.TryDecode"/>.</summary>
    public static byte[] Encode(string text) => new UTF8Encoding(encoderShouldEmitUTF8Identifier: false).GetBytes(text);

    /// <summary>Sets a key of a section, adding it behind the section's last setting where it is missing.</summary>
    /// <param name="document">What to change.</param>
    /// <param name="section">A section of that document.</param>
    /// <param name="key">The key; an existing one keeps its spelling.</param>
    /// <param name="value">The value; no line breaks, no <c>#</c>.</param>
    /// <exception cref="ArgumentException">The value cannot stand on one line of start.conf.</exception>
    public static StartConfDocument Set(StartConfDocument document, StartConfSection section, string key, string value)
    {
        if (value.AsSpan().ContainsAny('\r', '\n', '#'))
            throw new ArgumentException($"'{value}' cannot be a value in start.conf.", nameof(value));
        if (section.Find(key) is { } setting)
            return setting.Line.Value == value ? document : Replace(document, setting.Index, Rewrite(setting.Line, value));
        var last = section.Settings.LastOrDefault()?.Index ?? section.Header;
        return Insert(document, last + 1, $"{key} = {value}".TrimEnd());
    }

    /// <summary>Removes a key from a section, all of them where it is repeated.</summary>
    public static StartConfDocument Remove(StartConfDocument document, StartConfSection section, string key)
    {
        var gone = section.Settings.Where(s => s.Line.Name.Equals(key, StringComparison.OrdinalIgnoreCase)).Select(s => s.Index).ToHashSet();
        return gone.Count == 0
            ? document
            : new StartConfDocument([.. document.Lines.Where((_, i) => !gone.Contains(i))], document.HasByteOrderMark);
    }

    /// <summary>Writes the group's name into [LINBO], which is added at the top where it is missing.</summary>
    public static StartConfDocument RenameGroup(StartConfDocument document, string group)
    {
        if (document.Linbo is { } linbo)
            return Set(document, linbo.Section, "Group", group);
        var withSection = Insert(document, 0, $"[{StartConfSection.Linbo}]");
        return Set(withSection, withSection.Linbo!.Section, "Group", group);
    }

    private static StartConfLine Rewrite(StartConfLine line, string value)
    {
        if (line.ValueStart < 0)
            return StartConfReader.ReadLine($"{line.Name} = {value}", line.Ending);
        var text = line.Text[..line.ValueStart] + value;
        if (line.CommentStart >= 0)
            text = text.PadRight(Math.Max(line.CommentStart, text.Length + 1)) + line.Text[line.CommentStart..];
        return StartConfReader.ReadLine(text, line.Ending);
    }

    private static StartConfDocument Replace(StartConfDocument document, int index, StartConfLine line) =>
        new(document.Lines.SetItem(index, line), document.HasByteOrderMark);

    private static StartConfDocument Insert(StartConfDocument document, int index, string text)
    {
        var lines = document.Lines;
        var ending = lines.Select(l => l.Ending).FirstOrDefault(e => e.Length > 0) ?? "\n";
        if (index > 0 && lines[index - 1].Ending.Length == 0)
            lines = lines.SetItem(index - 1, lines[index - 1] with { Ending = ending });
        return new StartConfDocument(lines.Insert(index, StartConfReader.ReadLine(text, ending)), document.HasByteOrderMark);
    }
}
