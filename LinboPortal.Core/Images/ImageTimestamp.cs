using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace LinboPortal.Core.Images;

/// <summary>When an image was made, as LINBO writes it: <c>YYYYMMDDHHMM</c> in the school's local time. Also the name of a version's directory.</summary>
/// <param name="Text">Twelve digits.</param>
/// <param name="Local">The same in local time.</param>
public readonly record struct ImageTimestamp(string Text, DateTime Local)
{
    private const string Format = "yyyyMMddHHmm";

    /// <summary>Reads twelve digits that are a time.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ImageTimestamp timestamp)
    {
        timestamp = default;
        if (text is not { Length: 12 } || !text.All(char.IsAsciiDigit)
            || !DateTime.TryParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
            return false;
        timestamp = new ImageTimestamp(text, local);
        return true;
    }

    /// <summary>The time in a zone.</summary>
    public static ImageTimestamp Of(DateTimeOffset time, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(time, zone).DateTime;
        local = new DateTime(local.Year, local.Month, local.Day, local.Hour, local.Minute, 0, DateTimeKind.Unspecified);
        return new ImageTimestamp(local.ToString(Format, CultureInfo.InvariantCulture), local);
    }

    /// <summary>One minute later.</summary>
    public static ImageTimestamp Later(ImageTimestamp timestamp) =>
        new(timestamp.Local.AddMinutes(1).ToString(Format, CultureInfo.InvariantCulture), timestamp.Local.AddMinutes(1));

    /// <summary>The moment in UTC, where local times are those of <paramref name="zone"/>; a time that summer time skips counts as an hour later.</summary>
    public DateTimeOffset In(TimeZoneInfo zone)
    {
        var local = zone.IsInvalidTime(Local) ? Local.AddHours(1) : Local;
        return new DateTimeOffset(TimeZoneInfo.ConvertTimeToUtc(local, zone), TimeSpan.Zero);
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
