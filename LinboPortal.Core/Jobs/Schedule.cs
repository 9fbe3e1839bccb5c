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

    /// <summary>The last time that was due and dealt with (UTC): its <see cref="At"/>, which for <see cref="ReadyBy"/> is later than the start.</summary>
    public DateTimeOffset? LastDueAt { get; set; }

    /// <summary>User name of who saved it last: jobs run with this account's permissions of then.</summary>
    public required string SavedBy { get; set; }

    /// <summary>When it was saved (UTC).</summary>
    public required DateTimeOffset SavedAt { get; set; }

    /// <summary>Concurrency token (PostgreSQL's xmin).</summary>
    public uint Version { get; init; }
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
