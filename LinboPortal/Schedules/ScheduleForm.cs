using System.Globalization;
using LinboPortal.Core.Jobs;

namespace LinboPortal.Schedules;

/// <summary>A schedule as people and scripts write it.</summary>
public sealed class ScheduleForm
{
    /// <summary>How a time of day is written.</summary>
    internal const string TimeFormat = "HH':'mm";

    public string School { get; set; } = Host.DefaultSchool;

    public string Name { get; set; } = "";

    public bool Enabled { get; set; } = true;

    public string Target { get; set; } = "";

    public string Commands { get; set; } = "";

    public JobWay Way { get; set; }

    /// <summary>How long to wait for PCs that were woken; null to wake none.</summary>
    public int? WakeSeconds { get; set; }

    public int BetweenSeconds { get; set; }

    public bool Broadcast { get; set; }

    public bool NoGui { get; set; }

    public bool NoAuto { get; set; }

    public string Waves { get; set; } = "";

    /// <summary>As in <see cref="Schedule.Days"/>.</summary>
    public int Days { get; set; } = 0b0011111;

    /// <summary>Like 22:00.</summary>
    public string At { get; set; } = "22:00";

    public bool ReadyBy { get; set; }

    public string TimeZone { get; set; } = "Europe/Berlin";

    public bool SkipHolidays { get; set; } = true;

    /// <summary>A missed start is caught up within this time; null = it is left out.</summary>
    public int? CatchUpMinutes { get; set; }

    public string Mail { get; set; } = "";

    public string WebHook { get; set; } = "";

    public bool OnlyFailures { get; set; }

    /// <summary>The form of a schedule.</summary>
    internal static ScheduleForm Of(Schedule schedule) => new()
    {
        School = schedule.School,
        Name = schedule.Name,
        Enabled = schedule.Enabled,
        Target = schedule.Target,
        Commands = schedule.Commands,
        Way = schedule.Way,
        WakeSeconds = (int?)schedule.Wake?.TotalSeconds,
        BetweenSeconds = (int)schedule.Between.TotalSeconds,
        Broadcast = schedule.Broadcast,
        NoGui = schedule.NoGui,
        NoAuto = schedule.NoAuto,
        Waves = schedule.Waves,
        Days = schedule.Days,
        At = schedule.At.ToString(TimeFormat, CultureInfo.InvariantCulture),
        ReadyBy = schedule.ReadyBy,
        TimeZone = schedule.TimeZone,
        SkipHolidays = schedule.SkipHolidays,
        CatchUpMinutes = (int?)schedule.CatchUp?.TotalMinutes,
        Mail = schedule.Mail,
        WebHook = schedule.WebHook,
        OnlyFailures = schedule.OnlyFailures,
    };

    /// <summary>As the audit trail keeps it: of a web-hook its host, since whoever reads the trail may not be allowed to post there.</summary>
    internal ScheduleForm ForAudit()
    {
        var copy = (ScheduleForm)MemberwiseClone();
        copy.WebHook = ScheduleRules.HostOf(WebHook);
        return copy;
    }

    /// <summary>The job that it asks for each time.</summary>
    internal JobRequest ToRequest() => new()
    {
        School = School,
        Target = Target.Trim(),
        Commands = Commands.Trim(),
        Way = Way,
        Wake = WakeSeconds is { } wake ? TimeSpan.FromSeconds(wake) : null,
        Between = TimeSpan.FromSeconds(BetweenSeconds),
        Broadcast = Broadcast,
        NoGui = NoGui,
        NoAuto = NoAuto,
        Waves = Waves.Trim(),
        Priority = JobPriority.Low,
    };

    /// <summary>Writes a form without errors into a row.</summary>
    internal void WriteTo(Schedule schedule)
    {
        var request = ToRequest();
        (schedule.Name, schedule.Enabled) = (Name.Trim(), Enabled);
        (schedule.Target, schedule.Commands, schedule.Way) = (request.Target, request.Commands, request.Way);
        (schedule.Wake, schedule.Between, schedule.Broadcast) = (request.Wake, request.Between, request.Broadcast);
        (schedule.NoGui, schedule.NoAuto, schedule.Waves) = (NoGui, NoAuto, request.Waves);
        (schedule.Days, schedule.At, schedule.ReadyBy, schedule.TimeZone) = (Days, ScheduleRules.TimeOf(At)!.Value, ReadyBy, TimeZone.Trim());
        schedule.SkipHolidays = SkipHolidays;
        schedule.CatchUp = CatchUpMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null;
        (schedule.Mail, schedule.WebHook, schedule.OnlyFailures) = (string.Join(", ", ScheduleRules.Addresses(Mail)), WebHook.Trim(), OnlyFailures);
    }
}
