using System.Globalization;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Shell;

/// <summary>Times as people read them; the zone is the browser's.</summary>
internal static class Times
{
    /// <summary>24.11.2026, 16:49:33 in German, 24 Nov 2026, 16:49:33 in English.</summary>
    public static string Exact(DateTimeOffset at, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(at, zone).ToString($"{DayFormat}, HH:mm:ss", CultureInfo.CurrentCulture);

    /// <summary>As far back as a glance needs: 40 s ago, 3 h ago, yesterday, 14:05; then the date.</summary>
    public static string Relative(DateTimeOffset at, DateTimeOffset now, TimeZoneInfo zone, IStringLocalizer<ShellText> text)
    {
        var ago = now - at;
        var local = TimeZoneInfo.ConvertTime(at, zone);
        var today = TimeZoneInfo.ConvertTime(now, zone).Date;
        return ago switch
        {
            { TotalSeconds: < -5 } => Exact(at, zone),
            { TotalSeconds: < 5 } => text["Time.Now"],
            { TotalSeconds: < 60 } => text["Time.SecondsAgo", (int)ago.TotalSeconds],
            { TotalMinutes: < 60 } => text["Time.MinutesAgo", (int)ago.TotalMinutes],
            { TotalHours: < 12 } => text["Time.HoursAgo", (int)ago.TotalHours],
            _ when local.Date == today => text["Time.HoursAgo", (int)ago.TotalHours],
            _ when local.Date == today.AddDays(-1) => text["Time.Yesterday", local.ToString("HH:mm", CultureInfo.CurrentCulture)],
            _ => local.ToString(DayFormat, CultureInfo.CurrentCulture),
        };
    }

    /// <summary>24.12.2026 in German, 24 Dec 2026 in English.</summary>
    public static string Day(DateOnly day) => day.ToString(DayFormat, CultureInfo.CurrentCulture);

    private static string DayFormat => CultureInfo.CurrentCulture.TwoLetterISOLanguageName == "de" ? "dd.MM.yyyy" : "d MMM yyyy";
}
