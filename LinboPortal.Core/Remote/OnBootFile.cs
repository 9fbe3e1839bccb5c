using System.Diagnostics.CodeAnalysis;

namespace LinboPortal.Core.Remote;

/// <summary>The line in <c>linbocmd/&lt;host&gt;.cmd</c> that LINBO fetches at its next boot and carries out (linbo.md 8.3).</summary>
public sealed class OnBootFile
{
    /// <summary>What LINBO 4.1 and 4.2 search the whole line for.</summary>
    private static readonly string[] Options = ["noauto", "disablegui"];

    /// <summary>What stands before the password in a line.</summary>
    public const string PasswordMark = "linbo:";

    private OnBootFile(CommandLine? commands, bool noAuto, bool noGui) => (Commands, NoAuto, NoGui) = (commands, noAuto, noGui);

    /// <summary>What is carried out; null for options alone.</summary>
    public CommandLine? Commands { get; }

    /// <summary>No automatic functions of start.conf at this boot.</summary>
    public bool NoAuto { get; }

    /// <summary>No GUI at this boot.</summary>
    public bool NoGui { get; }

    /// <summary>True where the line must hold the LINBO password.</summary>
    public bool NeedsPassword => Commands is { IsUpload: true };

    /// <summary>Makes the file; finds all that does not go into one at once. Positions count in the line as <paramref name="commands"/> writes it.</summary>
    public static bool TryCreate(CommandLine? commands, bool noAuto, bool noGui, [NotNullWhen(true)] out OnBootFile? file, out IReadOnlyList<CommandError> errors)
    {
        errors = commands is not null ? [.. Check(commands)] : noAuto || noGui ? [] : [new CommandError(1, CommandErrorCode.NoCommand, "")];
        file = errors.Count == 0 ? new OnBootFile(commands, noAuto, noGui) : null;
        return file is not null;
    }

    /// <summary>The line, without an end of line.</summary>
    /// <param name="password">The LINBO password; used for uploads only, and needed there.</param>
    /// <exception cref="ArgumentException">The password cannot stand in such a line.</exception>
    public string Write(string password)
    {
        var words = new List<string>();
        if (NeedsPassword)
        {
            if (password.Length == 0 || password.Any(c => c is ',' or '\\' || char.IsControl(c) || char.IsWhiteSpace(c)))
                throw new ArgumentException("The LINBO password is empty or holds a comma, backslash or space, which LINBO does not read from a command file.", nameof(password));
            words.Add(PasswordMark + password);
        }

        if (Commands is not null)
            words.AddRange(Commands.Commands.Select(c => c.Argument));
        if (NoAuto)
            words.Add(Options[0]);
        if (NoGui)
            words.Add(Options[1]);
        return string.Join(',', words);
    }

    private static IEnumerable<CommandError> Check(CommandLine commands)
    {
        var position = 1;
        foreach (var command in commands.Commands)
        {
            var written = command.ToString();
            // Over SSH the PC is asked whether it knows the name; one that does not would take the image of start.conf.
            if (command is LinboCommand.CreateImage { ImageName: not null } or LinboCommand.UploadImage { ImageName: not null })
                yield return new CommandError(position, CommandErrorCode.ImageNameAtBoot, written);
            if (command is LinboCommand.CreateImage { Comment: { } image })
                foreach (var error in CheckComment(image, written, position))
                    yield return error;
            if (command is LinboCommand.CreateQdiff { Comment: { } qdiff })
                foreach (var error in CheckComment(qdiff, written, position))
                    yield return error;
            position += written.Length + 1;
        }
    }

    private static IEnumerable<CommandError> CheckComment(string comment, string written, int position)
    {
        (string Text, CommandErrorCode Code)[] forbidden =
        [
            (",", CommandErrorCode.CommaInBootComment), ("\\", CommandErrorCode.BackslashInBootComment),
            (Options[0], CommandErrorCode.OptionInBootComment), (Options[1], CommandErrorCode.OptionInBootComment),
        ];
        return forbidden.Where(f => comment.Contains(f.Text, StringComparison.Ordinal))
            .Select(f => new CommandError(position + written.IndexOf(f.Text, StringComparison.Ordinal), f.Code, f.Text));
    }
}
