using System.Diagnostics;
using System.Globalization;

namespace LinboPortal.Benchmarks;

/// <summary>What people cost who look at a job while it runs: the portal's CPU time with nobody, one and many of them at the page of a job.</summary>
internal static class ViewersBenchmark
{
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(20);

    /// <summary>Each PC tells a hundred times of its progress, once a second.</summary>
    private const string Script = "p=0; while [ $p -lt 100 ]; do p=$((p + 1)); printf '    (%s.00/100%%)\\r' $p; sleep 1; done; echo; exit 0";

    public static async Task<int> RunAsync(int hosts, int many)
    {
        await using var school = await LiveSchool.StartAsync(hosts, $"--Jobs:Parallel={hosts}", $"--Jobs:PerRoom={hosts}", $"--Jobs:PerStorage={hosts}", "--Accounts:CircuitsPerPerson=1000");
        foreach (var client in school.Clients)
            client.Script = Script;
        double idle = 0;
        // The first round compiles the portal's code and is not told of.
        foreach (var (viewers, isTold) in new[] { (2, false), (0, true), (1, true), (many, true) })
        {
            var number = await school.SendAsync("sync:1");
            await RunningAsync(school, number, hosts);
            var circuits = await Task.WhenAll(Enumerable.Range(0, viewers).Select(_ => Circuit.OpenAsync(school.Address, $"jobs/{number}", school.Token)));
            await Task.Delay(Settle);
            var (start, cpu, drawn) = (Stopwatch.GetTimestamp(), school.Portal.OwnCpu(), circuits.Select(c => (c.Drawings, c.Bytes)).ToList());
            await Task.Delay(Look);
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            var cores = (school.Portal.OwnCpu() - cpu) / seconds;
            var drawings = circuits.Select((c, i) => (c.Drawings - drawn[i].Drawings) / seconds).ToList();
            var bytes = circuits.Select((c, i) => (c.Bytes - drawn[i].Bytes) / seconds / 1000).ToList();
            idle = viewers == 0 ? cores : idle;
            if (isTold)
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{viewers,3} viewers of {hosts} PCs: the portal uses {cores * 100,5:0.0} % of a core, {(viewers == 0 ? 0 : (cores - idle) / viewers * 100),5:0.0} % for each; drawings a second {drawings.DefaultIfEmpty().Min():0.0} to {drawings.DefaultIfEmpty().Max():0.0}, {bytes.DefaultIfEmpty().Average():0} kB/s each; {school.Portal.Own():0} MB"));
            if (circuits.Select(c => c.Fault).FirstOrDefault(f => f is not null) is { } fault)
                throw new InvalidOperationException($"A circuit failed: {fault}");
            foreach (var circuit in circuits)
                await circuit.DisposeAsync();
            using var cancelled = await school.Http.PostAsync(new Uri($"api/v1/jobs/{number}/cancel", UriKind.Relative), null);
            cancelled.EnsureSuccessStatusCode();
            while ((await school.JobAsync(number)).GetProperty("endedAt").ValueKind == System.Text.Json.JsonValueKind.Null)
                await Task.Delay(500);
        }

        return 0;
    }

    private static async Task RunningAsync(LiveSchool school, int number, int hosts)
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < TimeSpan.FromMinutes(2); await Task.Delay(500))
            if ((await school.JobAsync(number)).GetProperty("counts").GetProperty("active").GetInt32() == hosts)
                return;
        throw new InvalidOperationException("Not all PCs came to work.");
    }
}
