using System.Buffers;
using System.Globalization;

namespace LinboPortal.Core.StartConf;

/// <summary>What holds for every line, whatever it says.</summary>
internal static class LineRules
{
    private static readonly SearchValues<char> ShellSpecials = SearchValues.Create(";&|<>()$`\\\"'*?{}!");

    public static void Check(ProblemList problems)
    {
        var document = problems.Document;
        if (document.HasByteOrderMark)
            problems.Warn(0, 0, 0, StartConfProblemCode.ByteOrderMark);
        CheckEndings(problems);
        for (var i = 0; i < document.Lines.Length; i++)
            CheckLine(problems, i, document.Lines[i]);
        foreach (var section in document.Sections)
            CheckSection(problems, section);
        var first = document.Sections is [var top, ..] ? top.Header : document.Lines.Length;
        for (var i = 0; i < first; i++)
        {
            if (document.Lines[i] is { Kind: StartConfLineKind.Setting } line)
                problems.Warn(i, 0, line.Name.Length, StartConfProblemCode.SettingOutsideSection, line.Name);
        }
    }

    private static void CheckEndings(ProblemList problems)
    {
        var index = problems.Document.Lines.Select(l => l.Ending).ToList().FindIndex(e => e.Contains('\r', StringComparison.Ordinal));
        if (index >= 0)
            problems.Warn(index, problems.Document.Lines[index].Text.Length, 0, StartConfProblemCode.WindowsLineEndings);
    }

    private static void CheckLine(ProblemList problems, int index, StartConfLine line)
    {
        for (var i = 0; i < line.Text.Length; i++)
        {
            if (!char.IsControl(line.Text[i]) || line.Text[i] == '\t')
                continue;
            var code = ((int)line.Text[i]).ToString("X2", CultureInfo.InvariantCulture);
            // A NUL cannot be stored in the database; the rest is kept, and clients read past it.
            if (line.Text[i] == '\0')
                problems.Error(index, i, 1, StartConfProblemCode.NulCharacter);
            else
                problems.Warn(index, i, 1, StartConfProblemCode.ControlCharacter, code);
        }

        switch (line.Kind)
        {
            case StartConfLineKind.Ignored:
                var text = line.Text.Trim();
                problems.Warn(index, line.NameStart, text.Length, StartConfProblemCode.IgnoredLine, text);
                break;
            case StartConfLineKind.Section when !line.Text.Contains(']', StringComparison.Ordinal):
                problems.Warn(index, 0, line.Text.TrimEnd().Length, StartConfProblemCode.UnclosedSection, line.Text.Trim());
                break;
            case StartConfLineKind.Section when StartConfKeys.Of(line.Name) is null:
                problems.Warn(index, 0, line.Name.Length + 2, StartConfProblemCode.UnknownSection, line.Name);
                break;
            case StartConfLineKind.Setting when line.ValueStart < 0:
                CheckText(problems, index, line);
                break;
            case StartConfLineKind.Setting when line.Name.AsSpan().ContainsAny(ShellSpecials):
                problems.Error(index, 0, line.Name.Length, StartConfProblemCode.ShellCharacterInKey, line.Name);
                break;
            case StartConfLineKind.Setting when !line.Name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'):
                problems.Warn(index, 0, line.Name.Length, StartConfProblemCode.BadKey, line.Name);
                break;
            case StartConfLineKind.Setting:
                CheckValue(problems, index, line);
                break;
        }
    }

    private static void CheckValue(ProblemList problems, int index, StartConfLine line)
    {
        var value = line.Text.AsSpan(line.ValueStart, line.ValueEnd - line.ValueStart);
        if (value.IndexOf('#') is >= 0 and var hash)
            problems.Warn(index, line.ValueStart + hash, 1, StartConfProblemCode.HashInValue, line.Name);
        if (value.IndexOf(';') is >= 0 and var semicolon)
            problems.Warn(index, line.ValueStart + semicolon, 1, StartConfProblemCode.SemicolonInValue, line.Name);
        CheckShell(problems, index, line);
    }

    /// <summary>The client writes <c>key="value"</c> and lets its shell read that, as root; its value goes up to the first <c># </c>.</summary>
    private static void CheckShell(ProblemList problems, int index, StartConfLine line)
    {
        var rest = line.Text.AsSpan(line.ValueStart);
        var value = rest.IndexOf("# ") is >= 0 and var comment ? rest[..comment] : rest;
        if (value.IndexOfAny("\"$`\\") is not (>= 0 and var special))
            return;
        var character = value[special].ToString();
        if (RunsCommand(value) is { } command)
            problems.Error(index, line.ValueStart + command, 1, StartConfProblemCode.CommandInValue, line.Name, value[command].ToString());
        else if (IsUnbalanced(value.TrimEnd()))
            problems.Error(index, line.ValueStart + special, 1, StartConfProblemCode.QuoteNotClosed, line.Name, character);
        else
            problems.Warn(index, line.ValueStart + special, 1, StartConfProblemCode.ShellCharacter, line.Name, character);
    }

    /// <summary>A line of words: the client's shell meets <c>words=words"</c> there and takes the lines that follow for a part of it.</summary>
    private static void CheckText(ProblemList problems, int index, StartConfLine line)
    {
        var isRead = problems.Document.Sections.Any(s => s.Header < index && index < s.End && StartConfKeys.Of(s.Name) is not null);
        problems.Add(isRead ? ProblemSeverity.Error : ProblemSeverity.Warning, index, 0, line.Name.Length, StartConfProblemCode.NoEqualsSign, line.Name);
    }

    private static int? RunsCommand(ReadOnlySpan<char> value)
    {
        var tick = value.IndexOf('`');
        var dollar = value.IndexOf("$(");
        return tick < 0 ? dollar < 0 ? null : dollar : dollar < 0 ? tick : Math.Min(tick, dollar);
    }

    /// <summary>True where the shell would read on into the next lines: an odd number of quotation marks, or a backslash before the closing one.</summary>
    private static bool IsUnbalanced(ReadOnlySpan<char> value)
    {
        var (quotes, escaped) = (0, false);
        foreach (var c in value)
        {
            quotes += c == '"' && !escaped ? 1 : 0;
            escaped = c == '\\' && !escaped;
        }

        return escaped || quotes % 2 == 1;
    }

    private static void CheckSection(ProblemList problems, StartConfSection section)
    {
        if (StartConfKeys.Of(section.Name) is not { } known)
            return;
        var seen = new Dictionary<string, StartConfSetting>(StringComparer.OrdinalIgnoreCase);
        foreach (var setting in section.Settings.Where(s => s.Line.ValueStart >= 0))
        {
            var key = setting.Line.Name;
            if (StartConfRules.OneOf(key, [.. StartConfKeys.Obsolete(section.Name)]))
                problems.Warn(setting.Index, 0, key.Length, StartConfProblemCode.ObsoleteKey, key);
            else if (!StartConfRules.OneOf(key, [.. known]))
                problems.Warn(setting.Index, 0, key.Length, StartConfProblemCode.UnknownKey, key, section.Name, StartConfKeys.MostLike(key, known));
            if (!seen.TryAdd(key, setting))
                problems.Warn(setting.Index, 0, key.Length, StartConfProblemCode.DuplicateKey, key, StartConfRules.LineOf(seen[key]));
        }
    }
}
