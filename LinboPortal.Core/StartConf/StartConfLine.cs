namespace LinboPortal.Core.StartConf;

/// <summary>What a line of start.conf is to LINBO.</summary>
public enum StartConfLineKind
{
    /// <summary>Nothing, or blanks only.</summary>
    Blank,

    /// <summary>The first character that is no blank is <c>#</c>.</summary>
    Comment,

    /// <summary><c>[LINBO]</c>, <c>[Partition]</c>, <c>[OS]</c>.</summary>
    Section,

    /// <summary><c>Key = Value</c>.</summary>
    Setting,

    /// <summary>Text that clients do not read: it starts with a blank or another character that is neither a letter nor <c>[</c>.</summary>
    Ignored,
}

/// <summary>One line, kept as it was written; <see cref="Text"/> and <see cref="Ending"/> of all lines give the file back.</summary>
public sealed record StartConfLine
{
    /// <summary>The line without its ending.</summary>
    public required string Text { get; init; }

    /// <summary>LF, CR LF, CR, or empty for a last line without one.</summary>
    public required string Ending { get; init; }

    /// <summary>What it is to LINBO.</summary>
    public required StartConfLineKind Kind { get; init; }

    /// <summary>The key or the section's name as written; empty for other lines.</summary>
    public string Name { get; init; } = "";

    /// <summary>The value as the client reads it: without comment, runs of blanks as one.</summary>
    public string Value { get; init; } = "";

    /// <summary>Index in <see cref="Text"/> where the name begins.</summary>
    public int NameStart { get; init; }

    /// <summary>Index where the value begins or would begin; -1 for a setting without <c>=</c>.</summary>
    public int ValueStart { get; init; } = -1;

    /// <summary>Index after the value as written.</summary>
    public int ValueEnd { get; init; } = -1;

    /// <summary>Index of the comment behind the value; -1 where there is none.</summary>
    public int CommentStart { get; init; } = -1;
}
