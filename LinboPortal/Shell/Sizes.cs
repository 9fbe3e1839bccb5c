using System.Globalization;

namespace LinboPortal.Shell;

/// <summary>Numbers as people read them, in the current culture: 1.2 GB, 96 MB/s, 1 min 40 s, 43 %.</summary>
internal static class Sizes
{
    /// <summary>Keeps a number and its unit on one line.</summary>
    private const char Space = '\u00a0';

    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB"];

    /// <summary>With thousands separated.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.CurrentCulture);

    /// <summary>Decimal units, as disks are sold; one digit after the point below ten.</summary>
    public static string Bytes(long bytes)
    {
        double value = bytes;
        var unit = 0;
        // 999.5 would be written as 1000: it is one of the next unit.
        while (Math.Abs(value) >= 999.5 && unit < Units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        var format = unit > 0 && Math.Abs(value) < 9.95 ? "0.#" : "0";
        return value.ToString(format, CultureInfo.CurrentCulture) + Space + Units[unit];
    }

    /// <summary>Bytes a second; null where nothing was sent or no time passed.</summary>
    public static string? Speed(long bytes, TimeSpan time) =>
        bytes <= 0 || time <= TimeSpan.Zero ? null : Bytes((long)(bytes / time.TotalSeconds)) + "/s";

    /// <summary>The two largest parts: 2 h 5 min, 1 min 40 s, 3.2 s, 240 ms.</summary>
    public static string Duration(TimeSpan time) => time.Duration() switch
    {
        { TotalMilliseconds: < 999.5 } t => $"{t.TotalMilliseconds:0}{Space}ms",
        { TotalSeconds: < 9.95 } t => t.TotalSeconds.ToString("0.#", CultureInfo.CurrentCulture) + Space + "s",
        { TotalSeconds: < 59.5 } t => $"{t.TotalSeconds:0}{Space}s",
        { TotalMinutes: < 60 } t => Pair(Round(t, 1), "min", TimeSpan.FromMinutes(1), "s", TimeSpan.FromSeconds(1)),
        { TotalHours: < 24 } t => Pair(Round(t, 60), "h", TimeSpan.FromHours(1), "min", TimeSpan.FromMinutes(1)),
        var t => Pair(Round(t, 3600), "d", TimeSpan.FromDays(1), "h", TimeSpan.FromHours(1)),
    };

    /// <summary>A share between 0 and 1 as 43 %; never 0 % nor 100 % unless it is exactly that.</summary>
    public static string Percent(double share)
    {
        var percent = share is > 0 and < 1 ? Math.Clamp(Math.Round(share * 100), 1, 99) : Math.Round(share * 100);
        return percent.ToString("0", CultureInfo.CurrentCulture) + Space + "%";
    }

    private static TimeSpan Round(TimeSpan time, int seconds) =>
        TimeSpan.FromSeconds(Math.Round(time.TotalSeconds / seconds) * seconds);

    private static string Pair(TimeSpan time, string largeUnit, TimeSpan large, string smallUnit, TimeSpan small)
    {
        var whole = (long)(time / large);
        var rest = (long)((time - whole * large) / small);
        return rest == 0 ? $"{whole}{Space}{largeUnit}" : $"{whole}{Space}{largeUnit} {rest}{Space}{smallUnit}";
    }
}
