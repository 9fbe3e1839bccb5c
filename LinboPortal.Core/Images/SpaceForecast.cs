namespace LinboPortal.Core.Images;

/// <summary>When the disk will be full where images go on to come in as they did lately and none goes.</summary>
/// <param name="BytesPerDay">What came in a day.</param>
/// <param name="DaysLeft">Whole days until nothing more fits; null beyond ten years.</param>
public sealed record SpaceForecast(long BytesPerDay, int? DaysLeft)
{
    /// <summary>How far the look back goes.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(90);

    private const int MostDays = 3650;
    private static readonly TimeSpan Least = TimeSpan.FromDays(7);

    /// <summary>The forecast; null where too little came in to tell.</summary>
    /// <param name="intakes">When how many bytes were taken in.</param>
    /// <param name="usable">Bytes that images may still take.</param>
    /// <param name="now">The time.</param>
    public static SpaceForecast? Of(IEnumerable<(DateTimeOffset At, long Bytes)> intakes, long usable, DateTimeOffset now)
    {
        var lately = intakes.Where(i => now - i.At <= Window && i.At <= now).ToList();
        // One image tells nothing about the next one.
        if (lately.Count < 2)
            return null;
        var since = now - lately.Min(i => i.At);
        var perDay = lately.Sum(i => (double)i.Bytes) / (since > Least ? since : Least).TotalDays;
        if (perDay < 1)
            return null;
        var days = usable / perDay;
        return new SpaceForecast((long)perDay, days > MostDays ? null : (int)days);
    }
}
