namespace LinboPortal.Core;

/// <summary>Text that no database and no file name can hold: NUL, and halves of characters.</summary>
public static class BrokenText
{
    private const char Substitute = '\uFFFD';

    /// <summary>True for a text with a NUL or half a character.</summary>
    public static bool IsIn(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                i++;
            else if (text[i] == '\0' || char.IsSurrogate(text[i]))
                return true;
        }

        return false;
    }

    /// <summary>The text with a substitute for each such character: what is searched for by it is found nowhere.</summary>
    public static string Replace(string text)
    {
        if (!IsIn(text))
            return text;
        return string.Create(text.Length, text, (span, source) =>
        {
            for (var i = 0; i < source.Length; i++)
            {
                var isPair = char.IsHighSurrogate(source[i]) && i + 1 < source.Length && char.IsLowSurrogate(source[i + 1]);
                span[i] = source[i] == '\0' || (char.IsSurrogate(source[i]) && !isPair) ? Substitute : source[i];
                if (isPair)
                    span[++i] = source[i];
            }
        });
    }
}
