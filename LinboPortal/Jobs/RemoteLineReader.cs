using System.Globalization;
using LinboPortal.Core.Jobs;
using LinboPortal.Core.Remote;

namespace LinboPortal.Jobs;

/// <summary>Something wrong in a typed line, to be underlined.</summary>
/// <param name="Start">First character, from 0.</param>
/// <param name="Length">How many characters; at least one.</param>
/// <param name="Key">Key of the sentence.</param>
/// <param name="Text">What stands there, for the sentence.</param>
public sealed record LineProblem(int Start, int Length, string Key, string Text);

/// <summary>Reads what an expert types behind the target: linbo-remote's options and commands. Says all that is wrong at once.</summary>
internal sealed class RemoteLineReader(string text)
{
    private readonly List<LineProblem> problems = [];
    private int at;

    /// <summary>What is wrong.</summary>
    public IReadOnlyList<LineProblem> Problems => problems;

    /// <summary>The request with what the line says in place of what it said before.</summary>
    public JobRequest Read(JobRequest before)
    {
        var request = before with { Commands = "", Way = JobWay.Direct, Wake = null, Between = TimeSpan.Zero, Broadcast = false, NoGui = false, NoAuto = false };
        var way = "";
        while (Next() is { } word)
        {
            switch (word.Text)
            {
                case "-w":
                    request = request with { Wake = Seconds(word) ?? request.Wake };
                    break;
                case "-b":
                    request = request with { Between = Seconds(word) ?? request.Between };
                    break;
                case "-u":
                    request = request with { Broadcast = true };
                    break;
                case "-d":
                    request = request with { NoGui = true };
                    break;
                case "-n":
                    request = request with { NoAuto = true };
                    break;
                case "-c" or "-p":
                    if (way.Length > 0)
                        Add(word, "Line.Twice");
                    way = word.Text;
                    request = request with { Way = way == "-p" ? JobWay.OnBoot : JobWay.Direct, Commands = Commands(word) };
                    break;
                case "-i" or "-r" or "-g" or "-s":
                    Add(word, "Line.Target");
                    Next();
                    break;
                default:
                    Add(word, "Line.UnknownOption");
                    break;
            }
        }

        return request;
    }

    private string Commands(Word option)
    {
        if (Value(option) is not { } word)
            return "";
        if (!CommandLine.TryParse(word.Text, out _, out var errors))
            problems.AddRange(errors.Select(e => Place(word, e)));
        return word.Text;
    }

    private static LineProblem Place(Word word, CommandError error)
    {
        var start = Math.Clamp(error.Position - 1, 0, Math.Max(0, word.Text.Length - 1));
        var length = Math.Clamp(error.Text.Length, 1, Math.Max(1, word.Text.Length - start));
        return new LineProblem(word.Start + start, length, $"Error.{error.Code}", error.Text);
    }

    private TimeSpan? Seconds(Word option)
    {
        if (Value(option) is not { } word)
            return null;
        if (int.TryParse(word.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= 86_400)
            return TimeSpan.FromSeconds(seconds);
        Add(word, "Line.BadSeconds");
        return null;
    }

    private Word? Value(Word option)
    {
        var before = at;
        if (Next() is { } word && !(word.Text.Length == 2 && word.Text[0] == '-'))
            return word;
        at = before;
        Add(option, "Line.ValueMissing");
        return null;
    }

    /// <summary>The next word; blanks between quotation marks belong to it.</summary>
    private Word? Next()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
        if (at >= text.Length)
            return null;
        var start = at;
        var quoted = false;
        for (; at < text.Length && (quoted || !char.IsWhiteSpace(text[at])); at++)
        {
            if (text[at] == '"' && (at == 0 || text[at - 1] != '\\'))
                quoted = !quoted;
        }

        return new Word(start, text[start..at]);
    }

    private void Add(Word word, string key) => problems.Add(new LineProblem(word.Start, word.Text.Length, key, word.Text));

    private sealed record Word(int Start, string Text);
}
