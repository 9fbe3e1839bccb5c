using LinboPortal.Core.Hosts;

namespace LinboPortal.Core.Jobs;

/// <summary>A job that comes again and again.</summary>
public sealed class Schedule
{
    /// <summary>Key, UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>The school whose hosts are meant.</summary>
    public string School { get; init; } = Host.DefaultSchool;

    /// <summary>What people call it; unique within the school.</summary>
    public required string Name { get; set; }

    /// <summary>Switched on.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>As in <see cref="Job.Target"/>.</summary>
    public required string Target { get; set; }

    /// <summary>As in <see cref="Job.Commands"/>; a halt after the work is one of the commands.</summary>
    public required string Commands { get; set; }

    /// <summary>As in <see cref="Job.Way"/>.</summary>
    public JobWay Way { get; set; }

    /// <summary>As in <see cref="Job.Wake"/>.</summary>
    public TimeSpan? Wake { get; set; }

    /// <summary>As in <see cref="Job.Between"/>.</summary>
    public TimeSpan Between { get; set; }

    /// <summary>As in <see cref="Job.Broadcast"/>.</summary>
    public bool Broadcast { get; set; }

    /// <summary>As in <see cref="Job.NoGui"/>.</summary>
    public bool NoGui { get; set; }

    /// <summary>As in <see cref="Job.NoAuto"/>.</summary>
    public bool NoAuto { get; set; }

    /// <summary>As in <see cref="Job.Waves"/>.</summary>
    public string Waves { get; set; } = "";

    /// <summary>Days of the week, bit 0 = Monday … bit 6 = Sunday.</summary>
    public int Days { get; set; } = 0b0011111;

    /// <summary>Local time of the start, or of being ready where <see cref="ReadyBy"/> is set.</summary>
    public TimeOnly At { get; set; }

    /// <summary><see cref="At"/> is when the PCs shall be ready: the start is computed from how long the last runs took.</summary>
    public bool ReadyBy { get; set; }

    /// <summary>IANA time zone of <see cref="At"/>, for instance <c>Europe/Berlin</c>.</summary>
    public string TimeZone { get; set; } = "Europe/Berlin";

    /// <summary>Leave out the days of the school's holiday calendar.</summary>
    public bool SkipHolidays { get; set; } = true;

    /// <summary>A start that was missed (the portal was down) is caught up within this time; null = it is left out.</summary>
    public TimeSpan? CatchUp { get; set; }

    /// <summary>Where results are mailed to; empty for nobody.</summary>
    public string Mail { get; set; } = "";

    /// <summary>An http(s) address that results are posted to; empty for none.</summary>
    public string WebHook { get; set; } = "";

    /// <summary>Mail and web-hook only where something failed.</summary>
    public bool OnlyFailures { get; set; }

    /// <summary>User name of who saved it last.</summary>
    public required string SavedBy { get; set; }

    /// <summary>Key of that account: jobs run as it, with the permissions that it has then. Another account of the same name later is another one.</summary>
    public Guid? SavedByAccount { get; set; }

    /// <summary>When it was saved (UTC).</summary>
    public required DateTimeOffset SavedAt { get; set; }

    /// <summary>What became of it.</summary>
    public ScheduleState State { get; init; } = new();

    /// <summary>Concurrency token (PostgreSQL's xmin).</summary>
    public uint Version { get; init; }
}

/// <summary>What the portal remembers of a schedule. A row of its own, so that a start at night is no conflict for a person who edits.</summary>
public sealed class ScheduleState
{
    /// <summary>Key of the schedule.</summary>
    public Guid ScheduleId { get; init; }

    /// <summary>The last time that was due and dealt with (UTC): <see cref="Schedule.At"/> of its day, which with <see cref="Schedule.ReadyBy"/> is later than the start.</summary>
    public DateTimeOffset? LastDueAt { get; set; }

    /// <summary>How the last time went; null before the first.</summary>
    public ScheduleResult? Result { get; set; }

    /// <summary>When that was (UTC).</summary>
    public DateTimeOffset? ResultAt { get; set; }

    /// <summary>What the result is about, for people who look closer.</summary>
    public string Detail { get; set; } = "";
}

/// <summary>How a time of a schedule went. Texts stand beside the pages.</summary>
public enum ScheduleResult
{
    /// <summary>A job was made.</summary>
    Started,

    /// <summary>A job was made later than it was meant to.</summary>
    CaughtUp,

    /// <summary>It was missed, and missed ones are left out.</summary>
    Missed,

    /// <summary>The account that saved it is deleted or disabled.</summary>
    AccountGone,

    /// <summary>The account that saved it may not do this any more.</summary>
    NotAllowed,

    /// <summary>The job cannot be made: the target or a command is not right any more.</summary>
    Refused,
}

/// <summary>A message about a schedule that is to be sent, or was.</summary>
public sealed class ScheduleNotice
{
    /// <summary>Key, UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Key of the schedule.</summary>
    public required Guid ScheduleId { get; init; }

    /// <summary>The job that ended; null where none was made.</summary>
    public Guid? JobId { get; init; }

    /// <summary>The time that it is about (UTC), for what was not run.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Why no job was made; null where <see cref="JobId"/> is set.</summary>
    public ScheduleResult? Result { get; init; }

    /// <summary>By which way.</summary>
    public required NoticeChannel Channel { get; init; }

    /// <summary>When it came up (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Tries so far.</summary>
    public int Attempts { get; set; }

    /// <summary>When it is tried next (UTC); null where it was sent or given up.</summary>
    public DateTimeOffset? NextAttemptAt { get; set; }

    /// <summary>When it was sent (UTC).</summary>
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>Why the last try failed; empty where it did not.</summary>
    public string Problem { get; set; } = "";
}

/// <summary>How a message goes out.</summary>
public enum NoticeChannel
{
    /// <summary>By mail.</summary>
    Mail,

    /// <summary>By a POST to a web-hook.</summary>
    WebHook,
}

/// <summary>A day, or several, without school.</summary>
public sealed class Holiday
{
    /// <summary>Key, UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>The school.</summary>
    public string School { get; init; } = Host.DefaultSchool;

    /// <summary>For instance <c>Herbstferien</c>.</summary>
    public required string Name { get; init; }

    /// <summary>First day.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day.</summary>
    public required DateOnly To { get; init; }

    /// <summary>UID in the iCal file it came from; empty for one entered by hand.</summary>
    public string Uid { get; init; } = "";
}
