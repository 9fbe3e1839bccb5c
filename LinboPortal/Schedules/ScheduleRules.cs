using System.Globalization;
using System.Net.Mail;

namespace LinboPortal.Schedules;

/// <summary>The rules for what is in a schedule beside its job, which has rules of its own.</summary>
internal static class ScheduleRules
{
    /// <summary>Characters that a name may have.</summary>
    public const int LongestName = 100;

    /// <summary>Characters that a web-hook's address may have.</summary>
    public const int LongestWebHook = 500;

    /// <summary>Mail addresses that results go to.</summary>
    public const int MostAddresses = 10;

    /// <summary>A week: longer than that ago is not "missed" any more.</summary>
    public const int LongestCatchUpMinutes = 7 * 24 * 60;

    /// <summary>All that is wrong.</summary>
    public static List<ScheduleIssue> Check(ScheduleForm form)
    {
        List<ScheduleIssue> issues = [];
        var name = form.Name.Trim();
        if (name.Length == 0)
            issues.Add(new ScheduleIssue("name", ScheduleProblem.Missing));
        else if (name.Length > LongestName || name.Any(char.IsControl))
            issues.Add(new ScheduleIssue("name", ScheduleProblem.TooLong, Other: $"{LongestName}"));
        if ((form.Days & 0b1111111) == 0 || form.Days is < 0 or > 0b1111111)
            issues.Add(new ScheduleIssue("days", ScheduleProblem.NoDays));
        if (TimeOf(form.At) is null)
            issues.Add(new ScheduleIssue("at", ScheduleProblem.NotATime, form.At));
        if (ZoneOf(form.TimeZone) is null)
            issues.Add(new ScheduleIssue("timeZone", ScheduleProblem.NotAZone, form.TimeZone));
        if (form.CatchUpMinutes is < 1 or > LongestCatchUpMinutes)
            issues.Add(new ScheduleIssue("catchUpMinutes", ScheduleProblem.OutOfRange, Other: $"{LongestCatchUpMinutes}"));
        CheckMail(form.Mail, issues);
        if (form.WebHook.Trim() is { Length: > 0 } hook && !IsWebHook(hook))
            issues.Add(new ScheduleIssue("webHook", ScheduleProblem.NotAWebAddress, hook));
        return issues;
    }

    /// <summary>A time of day like 22:00 or 7:45; null where it is none.</summary>
    public static TimeOnly? TimeOf(string text) =>
        TimeOnly.TryParseExact(text.Trim(), ["HH':'mm", "H':'mm", "HH':'mm':'ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? new TimeOnly(time.Hour, time.Minute)
            : null;

    /// <summary>A zone of the IANA's list; null where it is none.</summary>
    public static TimeZoneInfo? ZoneOf(string text) =>
        text.Length < 64 && TimeZoneInfo.TryFindSystemTimeZoneById(text.Trim(), out var zone) && zone.HasIanaId ? zone : null;

    /// <summary>The addresses in a list with commas, semicolons or spaces.</summary>
    public static string[] Addresses(string text) => text.Split([',', ';', ' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>True for an http or https address without a password in it, which would stand in lists and logs.</summary>
    public static bool IsWebHook(string text) =>
        text.Length <= LongestWebHook && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            && uri.Host.Length > 0 && uri.UserInfo.Length == 0 && !text.Any(char.IsControl);

    /// <summary>The address without what may be a secret in it: scheme and host. Empty stays empty.</summary>
    public static string HostOf(string webHook) => IsWebHook(webHook) ? new Uri(webHook).GetLeftPart(UriPartial.Authority) + "/…" : "";

    private static void CheckMail(string text, List<ScheduleIssue> issues)
    {
        var addresses = Addresses(text);
        if (addresses.Length > MostAddresses)
            issues.Add(new ScheduleIssue("mail", ScheduleProblem.OutOfRange, Other: $"{MostAddresses}"));
        foreach (var address in addresses.Take(MostAddresses))
            if (address.Length > 254 || address.Any(char.IsControl) || !MailAddress.TryCreate(address, out var read) || read.Address != address)
                issues.Add(new ScheduleIssue("mail", ScheduleProblem.NotAnAddress, address));
    }
}
