using LinboPortal.Core.Jobs;

namespace LinboPortal.Jobs;

/// <summary>What a job shall be. Times are seconds, as linbo-remote has them.</summary>
/// <param name="Target"><c>all</c>, <c>room:A,B</c>, <c>group:A</c>, <c>host:A,B</c>, <c>school:A</c>, <c>search:words</c> or <c>saved:NAME</c>.</param>
/// <param name="Commands">For instance <c>sync:1,start:1</c>; empty to wake only.</param>
/// <param name="School">Hosts of this school only.</param>
/// <param name="Way"><c>Direct</c> (over SSH, now) or <c>OnBoot</c> (by a file that the PC fetches at its next boot).</param>
/// <param name="WakeSeconds">Wake the PCs, and wait so long for them.</param>
/// <param name="BetweenSeconds">Pause between the magic packets of two PCs.</param>
/// <param name="Broadcast">Wake over the broadcast address of the PC's subnet too.</param>
/// <param name="NoGui">No GUI at the next boot.</param>
/// <param name="NoAuto">No automatic functions at the next boot.</param>
/// <param name="Waves">Sizes of waves, for instance <c>1,3</c>: a wave with a failure is the last one.</param>
/// <param name="Priority">Who goes first where PCs have to wait.</param>
/// <param name="Note">Why, in a person's words.</param>
/// <param name="NotBefore">Not to be started before.</param>
/// <param name="WhenBusy">For PCs that another job works on: <c>After</c> (they come afterwards; the default), <c>Skip</c> or <c>Refuse</c> (409 with <c>busy</c>).</param>
/// <param name="Confirmed">What will be lost is known and accepted (see the answer 409).</param>
internal sealed record JobBody(
    string? Target, string? Commands, string? School, JobWay? Way, double? WakeSeconds, double? BetweenSeconds, bool? Broadcast, bool? NoGui, bool? NoAuto,
    string? Waves, JobPriority? Priority, string? Note, DateTimeOffset? NotBefore, bool? Confirmed, BusyRule? WhenBusy = null)
{
    // What no clock has (NaN, centuries) is refused by the rules like any other value out of range.
    private static TimeSpan Seconds(double value) => TimeSpan.FromSeconds(double.IsFinite(value) ? Math.Clamp(value, -1, 1_000_000) : -1);

    public JobRequest ToRequest() => new()
    {
        Target = Target ?? "",
        Commands = Commands ?? "",
        School = School ?? "",
        Way = Way ?? JobWay.Direct,
        Wake = WakeSeconds is { } wake ? Seconds(wake) : null,
        Between = Seconds(BetweenSeconds ?? 0),
        Broadcast = Broadcast ?? false,
        NoGui = NoGui ?? false,
        NoAuto = NoAuto ?? false,
        Waves = Waves ?? "",
        Priority = Priority ?? JobPriority.Normal,
        Note = Note ?? "",
        NotBefore = NotBefore?.ToUniversalTime(),
        Confirmed = Confirmed ?? false,
        WhenBusy = WhenBusy ?? BusyRule.After,
    };
}

/// <summary>That what will be lost is known and accepted, and what is done about PCs that another job works on (<c>After</c>, <c>Skip</c>, <c>Refuse</c>).</summary>
internal sealed record ConfirmBody(bool Confirmed, BusyRule? WhenBusy = null);

/// <summary>A job that was made. <paramref name="Busy"/> are the jobs that work on some of its PCs, which come afterwards or are skipped.</summary>
internal sealed record JobMade(Guid Id, int Number, int Pcs, IReadOnlyList<JobShare>? Busy = null);

/// <summary>Something that is wrong with a request: field, place in its text (characters from 1), a code for programs, a sentence for people.</summary>
internal sealed record JobIssueDto(string Field, int? Position, string Problem, string Message);

/// <summary>What a command takes, from how many PCs.</summary>
internal sealed record JobLossDto(LostThing Thing, string Command, int Pcs, IReadOnlyList<string> Subjects);

/// <summary>A job. Counts are of the PCs that the asking account sees.</summary>
internal sealed record JobDto(
    Guid Id, int Number, string Target, string Commands, JobWay Way, double? WakeSeconds, JobPriority Priority, JobState State, string Note, string CreatedBy,
    DateTimeOffset CreatedAt, DateTimeOffset? NotBefore, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, bool CancelRequested, Guid? ScheduleId,
    JobCounts Counts, double Percent)
{
    public static JobDto Of(JobRow j) => new(
        j.Id, j.Number, j.Target, j.Commands, j.Way, j.Wake?.TotalSeconds, j.Priority, j.State, j.Note, j.CreatedBy, j.CreatedAt, j.NotBefore, j.StartedAt,
        j.EndedAt, j.CancelRequested, j.ScheduleId, j.Counts, j.Percent);
}

/// <summary>A job with all that was asked for.</summary>
internal sealed record JobDetailDto(
    JobDto Job, string School, double BetweenSeconds, bool Broadcast, bool NoGui, bool NoAuto, string Waves, int? RepeatOf, IReadOnlyList<string> CommandList)
{
    public static JobDetailDto Of(JobView v) => new(
        JobDto.Of(v.Job), v.School, v.Between.TotalSeconds, v.Broadcast, v.NoGui, v.NoAuto, v.Waves, v.RepeatOf, v.CommandTexts);
}

/// <summary>A page of jobs.</summary>
internal sealed record JobPageDto(IReadOnlyList<JobDto> Items, int Total, int Page, int PageSize, int Running, int Planned);

/// <summary>A PC's part in a job. <paramref name="Command"/> is the number of the command it is at, from 1.</summary>
internal sealed record RunDto(
    Guid Id, Guid? HostId, string Host, Guid RoomId, int Wave, RunState State, int Command, double? Percent, long? BytesPerSecond, double? SecondsLeft,
    string LastLine, RunReason? Reason, string Detail, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, DateTimeOffset? Deadline, bool CancelRequested)
{
    public static RunDto Of(RunRow r) => new(
        r.Id, r.HostId, r.Host, r.RoomId, r.Wave, r.State, r.Command, r.Percent, r.Speed, r.Left?.TotalSeconds, r.LastLine, r.Reason, r.Detail, r.StartedAt,
        r.EndedAt, r.Deadline, r.CancelRequested);
}

/// <summary>A part of a log, and where to read on: behind this command and offset.</summary>
internal sealed record LogDto(IReadOnlyList<LogPieceDto> Pieces, LogPlaceDto? After, bool HasEnded);

/// <summary>A piece of a log: whole lines. The offset is in bytes of what the PC printed.</summary>
internal sealed record LogPieceDto(int Command, long Offset, string Text, DateTimeOffset At);

/// <summary>A place in a log.</summary>
internal sealed record LogPlaceDto(int Command, long Offset);

/// <summary>The parameters of the list.</summary>
internal sealed record JobListParameters
{
    public JobTab? Tab { get; init; }

    public string? Search { get; init; }

    public JobState? State { get; init; }

    public Guid? Host { get; init; }

    public Guid? Room { get; init; }

    public Guid? Schedule { get; init; }

    public string? CreatedBy { get; init; }

    public int? Page { get; init; }

    public int? PageSize { get; init; }

    public JobListQuery ToQuery() => new()
    {
        Tab = Tab ?? JobTab.All,
        Search = Search ?? "",
        State = State,
        HostId = Host,
        RoomId = Room,
        ScheduleId = Schedule,
        CreatedBy = CreatedBy,
        Page = Page ?? 1,
        PageSize = PageSize ?? 50,
    };
}
