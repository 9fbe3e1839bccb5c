using LinboPortal.Core.Jobs;

namespace LinboPortal.Schedules;

/// <summary>A schedule on the wire.</summary>
internal sealed record ScheduleDto(Guid Id, string Version, string SavedBy, DateTimeOffset SavedAt, DateTimeOffset? NextStart, ScheduleLastDto? Last, ScheduleBody Settings);

/// <summary>How the last time went.</summary>
internal sealed record ScheduleLastDto(ScheduleResult? Result, DateTimeOffset? At, string Detail, LastJob? Job, string NotificationProblem);

/// <summary>What a schedule shall be. In PUT, what is left out stays as it is.</summary>
internal sealed record ScheduleBody
{
    public string? School { get; init; }

    public string? Name { get; init; }

    public bool? Enabled { get; init; }

    public string? Target { get; init; }

    public string? Commands { get; init; }

    public JobWay? Way { get; init; }

    /// <summary>Wake, and wait so long; 0 = wake nobody.</summary>
    public int? WakeSeconds { get; init; }

    public int? BetweenSeconds { get; init; }

    public bool? Broadcast { get; init; }

    public bool? NoGui { get; init; }

    public bool? NoAuto { get; init; }

    public string? Waves { get; init; }

    public IReadOnlyList<DayOfWeek>? Days { get; init; }

    /// <summary>Like 22:00.</summary>
    public string? At { get; init; }

    public bool? ReadyBy { get; init; }

    public string? TimeZone { get; init; }

    public bool? SkipHolidays { get; init; }

    /// <summary>0 = missed starts are left out.</summary>
    public int? CatchUpMinutes { get; init; }

    public string? Mail { get; init; }

    public string? WebHook { get; init; }

    public bool? OnlyFailures { get; init; }

    /// <summary>What is lost each time is known and wanted.</summary>
    public bool? Confirmed { get; init; }

    public string? Version { get; init; }

    public static ScheduleBody Of(ScheduleForm f) => new()
    {
        School = f.School,
        Name = f.Name,
        Enabled = f.Enabled,
        Target = f.Target,
        Commands = f.Commands,
        Way = f.Way,
        WakeSeconds = f.WakeSeconds ?? 0,
        BetweenSeconds = f.BetweenSeconds,
        Broadcast = f.Broadcast,
        NoGui = f.NoGui,
        NoAuto = f.NoAuto,
        Waves = f.Waves,
        Days = [.. ScheduleWords.Week.Where(d => (f.Days & (1 << ScheduleTimes.BitOf(d))) != 0)],
        At = f.At,
        ReadyBy = f.ReadyBy,
        TimeZone = f.TimeZone,
        SkipHolidays = f.SkipHolidays,
        CatchUpMinutes = f.CatchUpMinutes ?? 0,
        Mail = f.Mail,
        WebHook = f.WebHook,
        OnlyFailures = f.OnlyFailures,
    };

    /// <summary>Writes what is said into a form.</summary>
    public ScheduleForm WriteTo(ScheduleForm f)
    {
        (f.School, f.Name, f.Enabled) = (School ?? f.School, Name ?? f.Name, Enabled ?? f.Enabled);
        (f.Target, f.Commands, f.Way) = (Target ?? f.Target, Commands ?? f.Commands, Way ?? f.Way);
        f.WakeSeconds = WakeSeconds is { } wake ? wake == 0 ? null : wake : f.WakeSeconds;
        (f.BetweenSeconds, f.Broadcast) = (BetweenSeconds ?? f.BetweenSeconds, Broadcast ?? f.Broadcast);
        (f.NoGui, f.NoAuto, f.Waves) = (NoGui ?? f.NoGui, NoAuto ?? f.NoAuto, Waves ?? f.Waves);
        f.Days = Days?.Where(Enum.IsDefined).Aggregate(0, (days, day) => days | (1 << ScheduleTimes.BitOf(day))) ?? f.Days;
        (f.At, f.ReadyBy, f.TimeZone, f.SkipHolidays) = (At ?? f.At, ReadyBy ?? f.ReadyBy, TimeZone ?? f.TimeZone, SkipHolidays ?? f.SkipHolidays);
        f.CatchUpMinutes = CatchUpMinutes is { } minutes ? minutes == 0 ? null : minutes : f.CatchUpMinutes;
        (f.Mail, f.WebHook, f.OnlyFailures) = (Mail ?? f.Mail, WebHook ?? f.WebHook, OnlyFailures ?? f.OnlyFailures);
        return f;
    }
}

/// <summary>A coming start.</summary>
/// <param name="StartAt">When the job is made.</param>
/// <param name="ReadyAt">When it shall be ready, for schedules with readyBy.</param>
/// <param name="Holiday">The holiday for which this day is left out; null where it is not.</param>
internal sealed record NextStartDto(DateOnly Day, DateTimeOffset StartAt, DateTimeOffset? ReadyAt, string? Holiday);

/// <summary>Coming starts, and how long a run is expected to take.</summary>
internal sealed record NextStartsDto(IReadOnlyList<NextStartDto> Starts, double? ExpectedSeconds, double? LeadSeconds, bool? FromHistory);
