using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using LinboPortal.Testing;

namespace LinboPortal.Benchmarks;

/// <summary>A job for many PCs, side by side with ssh under xargs: fake clients with real dropbear, the same commands, as many at once.</summary>
internal static class JobsBenchmark
{
    private const int WarmUps = 2;
    private const string First = "sync:1";
    private const string Second = "start:1";
    private static readonly TimeSpan JobPatience = TimeSpan.FromMinutes(10);

    public static async Task<int> RunAsync(int hosts, int rounds, int atOnce, double step)
    {
        await using var school = await LiveSchool.StartAsync(hosts, $"--Jobs:Parallel={atOnce}", $"--Jobs:PerRoom={atOnce}", $"--Jobs:PerStorage={atOnce}");
        foreach (var client in school.Clients)
            client.Step = TimeSpan.FromSeconds(step);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{hosts} hosts, {First},{Second}, {atOnce} at once, {step} s between the lines that a PC prints"));
        List<(double Ours, double Theirs)> times = [];
        double megabytes = 0;
        for (var round = 1 - WarmUps; round <= rounds; round++)
        {
            await school.PowerOnAsync();
            var theirs = await XargsAsync(school, atOnce);
            await school.PowerOnAsync();
            using var watch = new MemoryWatch(school.Portal);
            var ours = await OursAsync(school, hosts);
            megabytes = Math.Max(megabytes, watch.Peak);
            // The first ones compile the portal's code; a portal runs for weeks.
            if (round > 0)
                times.Add((ours.Seconds, theirs.Seconds));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{(round < 1 ? "warm-up" : $"round {round}")}: portal {ours.Seconds,6:0.0} s (CPU {ours.Cpu,5:0.0} s), ssh under xargs {theirs.Seconds,6:0.0} s (CPU {theirs.Cpu,5:0.0} s), ratio {ours.Seconds / theirs.Seconds:0.00}; portal with its database at most {watch.Peak:0} MB, portal alone {school.Portal.Own():0} MB"));
        }

        var middle = times.Select(t => t.Ours / t.Theirs).Order().ElementAt(times.Count / 2);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"middle of {rounds}: ratio {middle:0.00}, memory at most {megabytes:0} MB"));
        return 0;
    }

    /// <summary>As an administrator's script would: one ssh a PC, both commands.</summary>
    private static async Task<(double Seconds, double Cpu)> XargsAsync(LiveSchool school, int atOnce)
    {
        var start = Stopwatch.GetTimestamp();
        // Where a PC leaves, ssh ends with 255, which would end xargs.
        var line = $"ssh -q -i '{school.Key}' -p {school.Clients.Port} -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile='{school.Home}/known_hosts' -o LogLevel=ERROR root@\"$1\" 'linbo_wrapper {First} && linbo_wrapper {Second}'; :";
        using var xargs = Contender.Start("xargs", "xargs", ["-P", $"{atOnce}", "-n", "1", "sh", "-c", line, "sh"]);
        await xargs.WriteAsync(school.Clients.Select(c => c.Address.ToString()));
        var cpu = await xargs.EndAsync();
        Check(school.Clients, "xargs");
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, cpu);
    }

    private static async Task<(double Seconds, double Cpu)> OursAsync(LiveSchool school, int hosts)
    {
        var (start, before) = (Stopwatch.GetTimestamp(), school.Portal.Use().Cpu);
        var number = await school.SendAsync($"{First},{Second}");
        while (true)
        {
            await Task.Delay(100);
            var job = await school.JobAsync(number);
            if (job.GetProperty("endedAt").ValueKind == JsonValueKind.Null)
            {
                if (Stopwatch.GetElapsedTime(start) > JobPatience)
                    throw new InvalidOperationException($"The job does not end: {job}");
                continue;
            }

            if (job.GetProperty("counts").GetProperty("done").GetInt32() != hosts)
                throw new InvalidOperationException($"Not all are done: {await school.Http.GetStringAsync(new Uri($"api/v1/jobs/{number}/runs?state=Failed", UriKind.Relative))}");
            Check(school.Clients, "the portal");
            return (Stopwatch.GetElapsedTime(start).TotalSeconds, school.Portal.Use().Cpu - before);
        }
    }

    private static void Check(DropbearClients clients, string who)
    {
        if (clients.FirstOrDefault(c => c.Left != "start") is { } left)
            throw new InvalidOperationException($"{who} did not start {left.Name}.");
    }
}

/// <summary>The most memory of a contender and its children while this is there, looked at every two seconds: a look costs the race something.</summary>
internal sealed class MemoryWatch : IDisposable
{
    private readonly Timer timer;

    public MemoryWatch(Contender contender) => timer = new Timer(_ => Peak = Math.Max(Peak, contender.Proportional()), null, TimeSpan.Zero, TimeSpan.FromSeconds(2));

    public double Peak { get; private set; }

    public void Dispose() => timer.Dispose();
}
