using System.Globalization;
using LinboPortal.Core.Jobs;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Schedules;

/// <summary>Days and times of schedules in words.</summary>
internal static class ScheduleWords
{
    /// <summary>The days from Monday on.</summary>
    public static IReadOnlyList<DayOfWeek> Week { get; } =
        [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday, DayOfWeek.Saturday, DayOfWeek.Sunday];

    /// <summary>The form's field that a field of a job's request is.</summary>
    public static string FieldOf(JobField field) => field switch
    {
        JobField.Wake => "wakeSeconds",
        JobField.Between => "betweenSeconds",
        _ => char.ToLowerInvariant(field.ToString()[0]) + field.ToString()[1..],
    };

    /// <summary>Mo, Di … or Mon, Tue …</summary>
    public static string Short(DayOfWeek day) => CultureInfo.CurrentCulture.DateTimeFormat.GetAbbreviatedDayName(day).TrimEnd('.');

    /// <summary>Mon 24 Nov, Mo 24.11.</summary>
    public static string Day(DateOnly day) => day.ToString(IsGerman ? "ddd dd.MM." : "ddd d MMM", CultureInfo.CurrentCulture).Replace(".,", ",", StringComparison.Ordinal);

    /// <summary>24 Nov 2026, 24.11.2026.</summary>
    public static string Date(DateOnly day) => day.ToString(IsGerman ? "dd.MM.yyyy" : "d MMM yyyy", CultureInfo.CurrentCulture);

    /// <summary>22:00 in a zone.</summary>
    public static string Clock(DateTimeOffset at, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(at, zone).ToString("HH:mm", CultureInfo.InvariantCulture);

    extension(IStringLocalizer<SchedulesText> text)
    {
        /// <summary>The days of a schedule: each day, on school days, Mo, Mi.</summary>
        public string Days(int days) => (days & 0b1111111) switch
        {
            0b1111111 => text["Days.All"],
            0b0011111 => text["Days.School"],
            0b1100000 => text["Days.Weekend"],
            var some => string.Join(", ", Week.Where(d => (some & (1 << ScheduleTimes.BitOf(d))) != 0).Select(Short)),
        };

        /// <summary>Today, tomorrow, or the day, and the time.</summary>
        public string When(DateTimeOffset at, DateTimeOffset now, TimeZoneInfo zone)
        {
            var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);
            var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
            return (day.DayNumber - today.DayNumber) switch
            {
                0 => text["When.Today", Clock(at, zone)],
                1 => text["When.Tomorrow", Clock(at, zone)],
                < 7 and > 0 => text["When.Day", day.ToString("dddd", CultureInfo.CurrentCulture), Clock(at, zone)],
                _ => text["When.Day", day.Year == today.Year ? Day(day) : Date(day), Clock(at, zone)],
            };
        }
    }

    private static bool IsGerman => CultureInfo.CurrentCulture.TwoLetterISOLanguageName == "de";
}
