using System.Diagnostics.Metrics;

namespace LinboPortal.Infrastructure.Monitoring;

/// <summary>Writes measurements with labels.</summary>
public static class Labels
{
    /// <summary>A measurement with one label.</summary>
    public static Measurement<T> Of<T>(T value, string label, string word)
        where T : struct => new(value, new KeyValuePair<string, object?>(label, word));

    /// <summary>A measurement with two labels.</summary>
    public static Measurement<T> Of<T>(T value, string label, string word, string other, string otherWord)
        where T : struct => new(value, new KeyValuePair<string, object?>(label, word), new KeyValuePair<string, object?>(other, otherWord));

    /// <summary>A word of a closed list as a label: <c>NotFound</c> becomes <c>not_found</c>.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum =>
        string.Concat(value.ToString().Select((c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString()));
}
