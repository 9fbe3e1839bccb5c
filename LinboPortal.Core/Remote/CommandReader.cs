using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using LinboPortal.Core.Images;

namespace LinboPortal.Core.Remote;

/// <summary>Reads a command line from left to right and keeps all that is wrong with it.</summary>
internal sealed class CommandReader(string text)
{
    private const char Quote = '"';
    private const string NameMark = ":" + CommandLine.ImageNameWord + ":";
    private readonly List<CommandError> errors = [];
    private int at;
    private Piece? tailName;
    private Piece? lineName;

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

        return GiveNames(commands);
    }

    /// <summary>A name that stands in the line by itself is that of all images in it; what was made under a name is sent under it.</summary>
    private ImmutableArray<LinboCommand> GiveNames(ImmutableArray<LinboCommand>.Builder commands)
    {
        if (lineName is { } alone && errors.Count == 0 && !commands.Any(c => c is LinboCommand.CreateImage or LinboCommand.UploadImage))
            Add(alone.Start, CommandErrorCode.ImageNameAlone, alone.Text);
        for (var i = 0; i < commands.Count; i++)
        {
            commands[i] = commands[i] switch
            {
                LinboCommand.CreateImage { ImageName: null } create => create with { ImageName = lineName?.Text },
                LinboCommand.UploadImage { ImageName: null } upload => upload with { ImageName = lineName?.Text ?? Made(upload.Os, i) },
                var other => other,
            };
        }

        return commands.ToImmutable();

        string? Made(int os, int before) => commands.Take(before).OfType<LinboCommand.CreateImage>().LastOrDefault(c => c.Os == os)?.ImageName;
    }

    private LinboCommand? ReadOne()
    {
        SkipBlanks();
        var start = at;
        tailName = null;
        var known = errors.Count;
        var word = Part();
        if (word.Text == "linbo")
        {
            SkipTo(',');
            return Refuse(start, CommandErrorCode.PasswordInLine, word.Text);
        }

        if (word.Text == CommandLine.ImageNameWord)
        {
            TakeColon();
            SkipBlanks();
            var begin = at;
            SkipTo(',');
            if (HasControl(start))
                return null;
            var name = NameAt(begin, text[begin..at]);
            if (lineName is not null)
                Refuse(start, CommandErrorCode.Superfluous, word.Text);
            CheckName(lineName = name);
            return null;
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
            "upload_image" => Uploaded(),
            "upload_qdiff" => Numbered(n => new LinboCommand.UploadQdiff(n)),
            "create_image" => Commented((n, comment) => new LinboCommand.CreateImage(n, comment) { ImageName = tailName?.Text }),
            "create_qdiff" when tailName is null => Commented((n, comment) => new LinboCommand.CreateQdiff(n, comment)),
            "create_qdiff" => Refuse(tailName.Start, CommandErrorCode.Superfluous, CommandLine.ImageNameWord),
            "noauto" or "disablegui" => Refuse(start, CommandErrorCode.BootOptionInLine, word.Text),
            _ when word.Text.StartsWith("gui_ctl", StringComparison.Ordinal) => Refuse(start, CommandErrorCode.GuiControlInLine, word.Text),
            _ => Refuse(start, CommandErrorCode.UnknownCommand, word.Text),
        };

        LinboCommand? Bare(LinboCommand command) => number is null ? command : Refuse(number.Start, CommandErrorCode.Superfluous, number.Text);

        LinboCommand? Ends(LinboCommand? command) => tail is null ? command
            : Refuse(tail.Start, CommandErrorCode.Superfluous, tail.Text.Length == 0 && tailName is not null ? CommandLine.ImageNameWord : tail.Text);

        LinboCommand? Uploaded()
        {
            if (tail is not { Text.Length: 0 } || tailName is null)
                return Numbered(n => new LinboCommand.UploadImage(n));
            var n = Number(word, number);
            return CheckName(tailName) && n is not null ? new LinboCommand.UploadImage(n.Value) { ImageName = tailName.Text } : null;
        }

        LinboCommand? Numbered(Func<int, LinboCommand> make)
        {
            var command = Number(word, number) is { } n ? make(n) : null;
            return tail is null ? command : Ends(null);
        }

        LinboCommand? Commented(Func<int, string?, LinboCommand> make)
        {
            var n = Number(word, number);
            return CheckComment(tail) & CheckName(tailName) && n is not null ? make(n.Value, tail is { Text.Length: > 0 } ? tail.Text : null) : null;
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

    private bool CheckName(Piece? name)
    {
        if (name is null || ImageName.TryParseNew(name.Text, out _))
            return true;
        Add(name.Start, CommandErrorCode.BadImageName, name.Text);
        return false;
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
        var rest = text[start..at].TrimEnd(' ', '\t');
        var name = rest.StartsWith(NameMark.AsSpan(1), StringComparison.Ordinal) ? -1 : rest.IndexOf(NameMark, StringComparison.Ordinal);
        if (name < 0 && !rest.StartsWith(NameMark.AsSpan(1), StringComparison.Ordinal))
            return new Piece(start, rest);
        tailName = NameAt(start + name + NameMark.Length, rest[(name + NameMark.Length)..]);
        return new Piece(start, name < 0 ? "" : rest[..name].TrimEnd(' ', '\t'));
    }

    // An image may be called as its file.
    private static Piece NameAt(int start, string name) => new(start, name.Trim(' ', '\t') is var trimmed && trimmed.EndsWith(".qcow2", StringComparison.Ordinal) ? trimmed[..^6] : trimmed);

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
        if (text.AsSpan(after, at - after).StartsWith(NameMark))
            tailName = NameAt(after + NameMark.Length, text[(after + NameMark.Length)..at]);
        else if (text[after..at].Trim(' ', '\t') is { Length: > 0 } extra)
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
