namespace LinboPortal.Core.Remote;

/// <summary>Text as words of a POSIX shell, for the two programs that call one: SSH servers, and rsync for its hooks.</summary>
public static class ShellQuote
{
    /// <summary>One word: within single quotes a shell interprets nothing.</summary>
    /// <exception cref="ArgumentException">NUL ends a text for a shell, so no text can hold one.</exception>
    public static string Word(string text) => text.Contains('\0', StringComparison.Ordinal)
        ? throw new ArgumentException("A text with NUL cannot be told to a shell.", nameof(text))
        : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>A program and its arguments.</summary>
    public static string Words(params IEnumerable<string> words) => string.Join(' ', words.Select(Word));
}
