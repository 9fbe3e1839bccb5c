using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace LinboPortal.Core.Remote;

/// <summary>A list of commands as linbo-remote takes them (<c>sync:1,start:1</c>), parsed (linbo.md 8.2).</summary>
public sealed class CommandLine
{
    /// <summary>Longest line, in characters.</summary>
    public const int MaxLength = 2000;

    /// <summary>Most commands of a line.</summary>
    public const int MaxCommands = 20;

    /// <summary>Longest comment, in characters.</summary>
    public const int MaxComment = 200;

    /// <summary>Highest number of a system or partition.</summary>
    public const int MaxNumber = 99;

    /// <summary>The word before the name of a new image: <c>create_image:1:image_name:NAME</c>.</summary>
    public const string ImageNameWord = "image_name";

    private CommandLine(ImmutableArray<LinboCommand> commands) => Commands = commands;

    /// <summary>The commands, at least one.</summary>
    public ImmutableArray<LinboCommand> Commands { get; }

    /// <summary>True where a command loses data.</summary>
    public bool IsDangerous => Commands.Any(c => c.IsDangerous);

    /// <summary>True where the PC needs the LINBO password.</summary>
    public bool IsUpload => Commands.Any(c => c.IsUpload);

    /// <summary>Reads a line; finds all that is wrong with it at once.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out CommandLine? line, out IReadOnlyList<CommandError> errors)
    {
        line = null;
        var reader = new CommandReader(text ?? "");
        var commands = reader.ReadAll();
        errors = reader.Errors;
        if (errors.Count == 0)
            line = new CommandLine(commands);
        return line is not null;
    }

    /// <summary>Reads a line that is known to be well formed.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static CommandLine Parse(string text) => TryParse(text, out var line, out var errors)
        ? line
        : throw new FormatException($"Not a line of LINBO commands: {errors[0].Code} at character {errors[0].Position}.");

    /// <summary>Writes it as linbo-remote would take it.</summary>
    public override string ToString() => string.Join(',', Commands);
}
