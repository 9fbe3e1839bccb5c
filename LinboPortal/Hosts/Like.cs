namespace LinboPortal.Hosts;

/// <summary>Patterns for SQL's ILIKE out of what people type: nothing in it is a wildcard.</summary>
internal static class Like
{
    public const string Escape = "\\";

    /// <summary>The whole value, ignoring case.</summary>
    public static string Exactly(string text) => text.Replace("\\", "\\\\").Replace("%", "\\%").Replace("_", "\\_");

    /// <summary>Anywhere in the value, ignoring case.</summary>
    public static string Part(string text) => $"%{Exactly(text)}%";
}
