using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace LinboPortal.Core.Remote;

/// <summary>Reads a command line from left to right and keeps all that is wrong with it.</summary>
internal sealed class CommandReader(string text)
{
    private const char Quote = '"';
    private readonly List<CommandError> errors = [];
    private int at;

    public IReadOnlyList<CommandError> Errors => errors;

    public ImmutableArray<LinboCommand> ReadAll()
    {
        if (text.Length > CommandLine.MaxLength)
            Add(CommandLine.MaxLength, CommandErrorCode.LineTooLong, text.Length.ToString(CultureInfo.InvariantCulture));
        else if (string.IsNullOrWhiteSpace(text))
            Add(0, CommandErrorCode.NoCommand, "");
        if (errors.Count > 0)
            return [];
        var commands = ImmutableArray.CreateBuilder<LinboCommand>();
        for (var count = 1; ; count++)
        {
            if (count > CommandLine.MaxCommands)
            {
                Add(at, CommandErrorCode.TooManyCommands, (text.Count(c => c == ',') + 1).ToString(CultureInfo.InvariantCulture));
                break;
            }

            if (ReadOne() is { } command)
                commands.Add(command);
            if (at >= text.Length)
                break;
            at++; // the comma
        }

        return commands.ToImmutable();
    }

    private LinboCommand? ReadOne()
    {
        SkipBlanks();
        var start = at;
        var known = errors.Count;
        var word = Part();
        if (word.Text == "linbo")
        {
            SkipTo(',');
            return Refuse(start, CommandErrorCode.PasswordInLine, word.Text);
        }

        var number = TakeColon() ? Part() : null;
        var tail = number is not null && TakeColon() ? Rest() : null;
        if (errors.Count > known || HasControl(start))
            return null;
        if (word.Text.Length == 0)
            return Refuse(start, number is null ? CommandErrorCode.EmptyCommand : CommandErrorCode.UnknownCommand, text[start..at].TrimEnd());
        return word.Text switch
        {
            "partition" => Bare(new LinboCommand.Partition()),
            "label" => Bare(new LinboCommand.Label()),
            "update" => Bare(new LinboCommand.Update()),
            "reboot" => Bare(new LinboCommand.Reboot()),
            "halt" or "poweroff" => Bare(new LinboCommand.Halt()),
            "format" when number is null => new LinboCommand.Format(null),
            "format" => Numbered(n => new LinboCommand.Format(n)),
            "initcache" when number?.Text is null or "rsync" or "multicast" or "torrent" => Ends(new LinboCommand.InitCache(number?.Text)),
            "initcache" => Refuse(number!.Start, CommandErrorCode.BadTransfer, number.Text),
            "sync" => Numbered(n => new LinboCommand.Sync(n)),
            "new" => Numbered(n => new LinboCommand.New(n)),
            "start" => Numbered(n => new LinboCommand.Start(n)),
            "postsync" => Numbered(n => new LinboCommand.PostSync(n)),
            "prestart" => Numbered(n => new LinboCommand.PreStart(n)),
            "upload_image" => Numbered(n => new LinboCommand.UploadImage(n)),
            "upload_qdiff" => Numbered(n => new LinboCommand.UploadQdiff(n)),
            "create_image" => Commented((n, comment) => new LinboCommand.CreateImage(n, comment)),
            "create_qdiff" => Commented((n, comment) => new LinboCommand.CreateQdiff(n, comment)),
            "noauto" or "disablegui" => Refuse(start, CommandErrorCode.BootOptionInLine, word.Text),
            _ when word.Text.StartsWith("gui_ctl", StringComparison.Ordinal) => Refuse(start, CommandErrorCode.GuiControlInLine, word.Text),
            _ => Refuse(start, CommandErrorCode.UnknownCommand, word.Text),
        };

        LinboCommand? Bare(LinboCommand command) => number is null ? command : Refuse(number.Start, CommandErrorCode.Superfluous, number.Text);

        LinboCommand? Ends(LinboCommand? command) => tail is null ? command : Refuse(tail.Start, CommandErrorCode.Superfluous, tail.Text);

        LinboCommand? Numbered(Func<int, LinboCommand> make)
        {
            var command = Number(word, number) is { } n ? make(n) : null;
            return tail is null ? command : Ends(null);
        }

        LinboCommand? Commented(Func<int, string?, LinboCommand> make)
        {
            var n = Number(word, number);
            return CheckComment(tail) && n is not null ? make(n.Value, tail is { Text.Length: > 0 } ? tail.Text : null) : null;
        }
    }

    private int? Number(Piece word, Piece? number)
    {
        if (number is not { Text.Length: > 0 })
        {
            Add(number?.Start ?? word.Start + word.Text.Length, CommandErrorCode.NumberMissing, word.Text);
            return null;
        }

        // A leading zero would be an octal number for the client's shell.
        if (number.Text is [>= '1' and <= '9'] or [>= '1' and <= '9', >= '0' and <= '9'])
            return int.Parse(number.Text, CultureInfo.InvariantCulture);
        Add(number.Start, CommandErrorCode.BadNumber, number.Text);
        return null;
    }

    private bool CheckComment(Piece? comment)
    {
        if (comment is null)
            return true;
        var (known, written) = (errors.Count, text[comment.Start..at]);
        if (comment.Text.Contains(':', StringComparison.Ordinal))
            Add(comment.Start + written.IndexOf(':', StringComparison.Ordinal), CommandErrorCode.ColonInComment, comment.Text);
        if (comment.Text.Length > CommandLine.MaxComment)
            Add(comment.Start, CommandErrorCode.CommentTooLong, comment.Text.Length.ToString(CultureInfo.InvariantCulture));
        return errors.Count == known;
    }

    /// <summary>Up to the next colon or comma.</summary>
    private Piece Part()
    {
        SkipBlanks();
        var start = at;
        while (at < text.Length && text[at] is not (',' or ':'))
            at++;
        return new Piece(start, text[start..at].TrimEnd(' ', '\t'));
    }

    private bool TakeColon()
    {
        if (at >= text.Length || text[at] != ':')
            return false;
        at++;
        return true;
    }

    /// <summary>What stands behind the second colon, up to the comma; a quoted one may hold commas.</summary>
    private Piece Rest()
    {
        SkipBlanks();
        var start = at;
        if (at < text.Length && text[at] == Quote)
            return new Piece(start, Quoted());
        SkipTo(',');
        return new Piece(start, text[start..at].TrimEnd(' ', '\t'));
    }

    private void SkipBlanks()
    {
        while (at < text.Length && text[at] is ' ' or '\t')
            at++;
    }

    private void SkipTo(char end)
    {
        while (at < text.Length && text[at] != end)
            at++;
    }

    private string Quoted()
    {
        var open = at++;
        var comment = new StringBuilder();
        for (; at < text.Length && text[at] != Quote; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length && text[at + 1] is Quote or '\\')
                at++;
            comment.Append(text[at]);
        }

        if (at >= text.Length)
        {
            Add(open, CommandErrorCode.QuoteNotClosed, text[open..]);
            return "";
        }

        var after = ++at;
        SkipTo(',');
        if (text[after..at].Trim(' ', '\t') is { Length: > 0 } extra)
            Add(after, CommandErrorCode.TextAfterQuote, extra);
        return comment.ToString();
    }

    private bool HasControl(int start)
    {
        for (var i = start; i < at; i++)
        {
            var whole = char.IsHighSurrogate(text[i]) && i + 1 < at && char.IsLowSurrogate(text[i + 1]);
            if (!whole && (char.IsSurrogate(text[i]) || IsControl(text[i])))
            {
                Add(i, CommandErrorCode.ControlCharacter, string.Create(CultureInfo.InvariantCulture, $"U+{(int)text[i]:X4}"));
                return true;
            }

            if (whole)
                i++;
        }

        return false;
    }

    // Control characters, line and paragraph separators, and what turns the direction of writing: nobody sees what it does.
    private static bool IsControl(char c) => char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator || c is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069';

    private LinboCommand? Refuse(int position, CommandErrorCode code, string what)
    {
        Add(position, code, what);
        return null;
    }

    private void Add(int position, CommandErrorCode code, string what) => errors.Add(new CommandError(position + 1, code, what));

    private sealed record Piece(int Start, string Text);
}
