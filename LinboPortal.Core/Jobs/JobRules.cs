using System.Globalization;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Remote;

namespace LinboPortal.Core.Jobs;

/// <summary>The rules that a request must keep.</summary>
internal static class JobRules
{
    private const int LongestNote = 200;
    private const int MostNames = 20;
    private static readonly TimeSpan LongestWake = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestBetween = TimeSpan.FromMinutes(5);

    /// <summary>The target, where it can be read.</summary>
    public static HostSelector? Target(JobRequest request, JobTargets targets, List<JobIssue> found)
    {
        if (string.IsNullOrWhiteSpace(request.Target))
        {
            found.Add(new JobIssue(JobField.Target, JobProblem.NoTarget));
            return null;
        }

        if (!HostSelector.TryParse(request.Target, out var target))
        {
            found.Add(new JobIssue(JobField.Target, JobProblem.UnreadableTarget, request.Target));
            return null;
        }

        var unknown = target is HostSelector.Saved ? JobProblem.UnknownSearch : JobProblem.UnknownTarget;
        found.AddRange(targets.Missing.Take(MostNames).Select(name => new JobIssue(JobField.Target, unknown, name)));
        // A printer in a room is no mistake; one that was named is.
        if (target is HostSelector.Hosts)
            found.AddRange(targets.Hosts.Where(h => !h.BootsLinbo).Take(MostNames).Select(h => new JobIssue(JobField.Target, JobProblem.NotLinboPc, h.Name)));
        if (found.Count == 0 && !targets.Hosts.Any(h => h.BootsLinbo))
            found.Add(new JobIssue(JobField.Target, JobProblem.NoPcs, request.Target));
        return target;
    }

    /// <summary>The commands, as far as they can be read.</summary>
    public static IReadOnlyList<LinboCommand> Commands(JobRequest request, HostSelector? target, List<JobIssue> found)
    {
        if (string.IsNullOrWhiteSpace(request.Commands))
        {
            if (request is { Wake: null, NoGui: false, NoAuto: false })
                found.Add(new JobIssue(JobField.Commands, JobProblem.NothingToDo));
            return [];
        }

        if (!CommandLine.TryParse(request.Commands, out var line, out var errors))
        {
            found.AddRange(errors.Select(BadCommand));
            return [];
        }

        var isOnePc = target is null or HostSelector.Hosts { Names: [_] };
        var position = 1;
        for (var i = 0; i < line.Commands.Length; i++)
        {
            var command = line.Commands[i];
            // The same once more does no harm, and scripts end so: halt,halt.
            if (i > 0 && line.Commands[i - 1] is { LeavesLinbo: true } before && before != command)
                found.Add(new JobIssue(JobField.Commands, JobProblem.AfterLeaving, command.ToString(), before.ToString(), position));
            if (!isOnePc && IsForOnePc(command))
                found.Add(new JobIssue(JobField.Commands, JobProblem.OnePcOnly, command.ToString(), Position: position));
            position += command.ToString().Length + 1;
        }

        if (request.Way == JobWay.OnBoot)
        {
            _ = OnBootFile.TryCreate(line, request.NoAuto, request.NoGui, out _, out var atBoot);
            found.AddRange(atBoot.Select(BadCommand));
        }

        return [.. line.Commands.Where((c, i) => i == 0 || !c.LeavesLinbo || c != line.Commands[i - 1])];
    }

    private static JobIssue BadCommand(CommandError error) => new(JobField.Commands, JobProblem.BadCommand, error.Text, Position: error.Position, Command: error);

    /// <summary>Everything beside target and commands.</summary>
    public static void Options(JobRequest request, IReadOnlyList<LinboCommand> commands, List<JobIssue> found)
    {
        if (request is { Way: JobWay.OnBoot, NoGui: false, NoAuto: false, Wake: not null } && commands.Count == 0 && string.IsNullOrWhiteSpace(request.Commands))
            found.Add(new JobIssue(JobField.Way, JobProblem.NothingForBoot));
        if (request.Wake is { } wake && (wake < TimeSpan.Zero || wake > LongestWake))
            found.Add(new JobIssue(JobField.Wake, JobProblem.OutOfRange, Seconds(wake), Seconds(LongestWake)));
        if (request.Between < TimeSpan.Zero || request.Between > LongestBetween)
            found.Add(new JobIssue(JobField.Between, JobProblem.OutOfRange, Seconds(request.Between), Seconds(LongestBetween)));
        else if (request.Between > TimeSpan.Zero && request.Wake is null)
            found.Add(new JobIssue(JobField.Between, JobProblem.NeedsWake));
        if (request.Broadcast && request.Wake is null)
            found.Add(new JobIssue(JobField.Broadcast, JobProblem.NeedsWake));
        if (!JobWaves.TryParse(request.Waves, out _))
            found.Add(new JobIssue(JobField.Waves, JobProblem.UnreadableWaves, request.Waves));
        if (request.Note.Length > LongestNote)
            found.Add(new JobIssue(JobField.Note, JobProblem.OutOfRange, "", LongestNote.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>The first command that the PC's start.conf has nothing for; null where it has everything.</summary>
    public static JobIssue? Lacking(JobHost host, IReadOnlyList<LinboCommand> commands)
    {
        var position = 1;
        foreach (var command in commands)
        {
            var problem = (OsOf(command), command) switch
            {
                ({ } os, _) when os > (host.Group?.StartConf?.OperatingSystems.Length ?? 0) => JobProblem.NoSuchSystem,
                (_, LinboCommand.Format { Number: { } number }) when number > (host.Group?.StartConf?.Partitions.Length ?? 0) => JobProblem.NoSuchPartition,
                _ => (JobProblem?)null,
            };
            if (problem is { } lacking)
                return host.Group is { } group
                    ? new JobIssue(JobField.Commands, lacking, command.ToString(), group.Name, position)
                    : new JobIssue(JobField.Commands, JobProblem.NoGroup, command.ToString(), host.Name, position);
            position += command.ToString().Length + 1;
        }

        return null;
    }

    /// <summary>The system's position in start.conf that a command names; null where it names none.</summary>
    public static int? OsOf(LinboCommand command) => command switch
    {
        LinboCommand.Sync(var os) => os,
        LinboCommand.New(var os) => os,
        LinboCommand.Start(var os) => os,
        LinboCommand.PostSync(var os) => os,
        LinboCommand.PreStart(var os) => os,
        LinboCommand.CreateImage(var os, _) => os,
        LinboCommand.CreateQdiff(var os, _) => os,
        LinboCommand.UploadImage(var os) => os,
        LinboCommand.UploadQdiff(var os) => os,
        _ => null,
    };

    private static bool IsForOnePc(LinboCommand command) =>
        command is LinboCommand.CreateImage or LinboCommand.CreateQdiff or LinboCommand.UploadImage or LinboCommand.UploadQdiff;

    private static string Seconds(TimeSpan span) => span.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
}
