using System.Globalization;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Jobs;

namespace LinboPortal.Jobs;

/// <summary>What an administrator would type at the server for the same job.</summary>
internal static class RemoteLine
{
    /// <summary>The program and whom it is for, for instance <c>linbo-remote -r r101</c>; a target that linbo-remote does not know is named as ours.</summary>
    public static string Target(string target, string school = "")
    {
        var prefix = school is "" or Host.DefaultSchool ? "linbo-remote" : $"linbo-remote -s {school}";
        var ours = prefix.Replace("linbo-remote", "LinboPortal remote", StringComparison.Ordinal);
        return HostSelector.TryParse(target, out var selector)
            ? selector switch
            {
                HostSelector.Hosts(var names) => $"{prefix} -i {Some(names)}",
                HostSelector.Rooms(var names) => $"{prefix} -r {Some(names)}",
                HostSelector.Groups(var names) => $"{prefix} -g {Some(names)}",
                HostSelector.All(null) => $"{ours} --all",
                HostSelector.All(var only) => $"LinboPortal remote -s {only} --all",
                HostSelector.Search search => $"{ours} --search {Quoted(search.ToString()["search:".Length..])}",
                HostSelector.Saved(var name) => $"{ours} --saved {Quoted(name)}",
                _ => throw new InvalidOperationException($"No line for {selector}."),
            }
            : prefix;
    }

    /// <summary>Everything after the target, for instance <c>-w 120 -c sync:1,start:1</c>.</summary>
    public static string Options(JobRequest request)
    {
        List<string> parts = [];
        if (request.Wake is { } wake)
            parts.Add($"-w {Seconds(wake)}");
        if (request.Between > TimeSpan.Zero)
            parts.Add($"-b {Seconds(request.Between)}");
        if (request.Broadcast)
            parts.Add("-u");
        if (request.NoGui)
            parts.Add("-d");
        if (request.NoAuto)
            parts.Add("-n");
        if (request.Commands.Length > 0)
            parts.Add($"{(request.Way == JobWay.Direct ? "-c" : "-p")} {request.Commands}");
        return string.Join(' ', parts);
    }

    /// <summary>The whole line of a job that exists.</summary>
    public static string Of(JobView view) => Target(view.Job.Target, view.School) + " " + Options(new JobRequest
    {
        Target = view.Job.Target,
        Commands = view.Job.Commands,
        Way = view.Job.Way,
        Wake = view.Job.Wake,
        Between = view.Between,
        Broadcast = view.Broadcast,
        NoGui = view.NoGui,
        NoAuto = view.NoAuto,
    });

    private static string Some(IReadOnlyList<string> names) => names.Count <= 6 ? string.Join(',', names) : string.Join(',', names.Take(5)) + ",…";

    // For the shell of whoever takes the line over.
    private static string Quoted(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
}
