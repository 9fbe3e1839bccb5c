using System.Diagnostics;
using System.Globalization;
using LinboPortal.Testing;

namespace LinboPortal.EndToEnd.Jobs;

/// <summary>Jobs that go on while the database is away or dies, and while the portal is stopped and started.</summary>
[Collection(JobSchool.Name)]
public sealed class JobOutageTests(ITestOutputHelper output)
{
    private static readonly string[] Commands = ["linbo_wrapper sync:1", "linbo_wrapper label"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Outages_of_the_database_and_stops_of_the_portal_cost_no_PC_a_command_and_none_runs_twice()
    {
        Assert.SkipWhen(DropbearClients.WhyNot is not null, DropbearClients.WhyNot ?? "");
        var (hosts, seed) = (Number("HOSTS", 12), Number("SEED", Environment.TickCount & 0xffff));
        var random = new Random(seed);
        await using var database = await OwnPostgres.CreateAsync(Ct);
        await using var school = new JobSchool(database);
        await school.InitializeAsync();
        var pcs = await school.SwitchOnAsync(hosts, "outage", Ct);
        foreach (var (_, client) in pcs)
            client.Step = TimeSpan.FromSeconds(1);
        var length = TimeSpan.FromSeconds(Number("OUTAGE_SECONDS", 8));
        (string What, Func<Task> Do)[] faults =
        [
            .. Enumerable.Repeat<(string, Func<Task>)>(("outage", () => OutageAsync(database, length)), Number("OUTAGES", 1)),
            .. Enumerable.Repeat<(string, Func<Task>)>(("database killed", () => KillAsync(database)), Number("DATABASE_KILLS", 1)),
            .. Enumerable.Repeat<(string, Func<Task>)>(("portal stopped", () => StopAsync(school)), Number("STOPS", 1)),
        ];
        random.Shuffle(faults);
        output.WriteLine($"{hosts} hosts, seed {seed}: {string.Join(", ", faults.Select(f => f.What))}");

        var jobs = 0;
        var ending = Task.CompletedTask;
        foreach (var (what, act) in faults)
        {
            if (ending.IsCompleted)
            {
                await ending;
                ending = NextAsync(school, pcs, ++jobs);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(500, 5000)), TimeProvider.System, Ct); // at a random moment, that is the point
            var watch = Stopwatch.StartNew();
            await act();
            output.WriteLine($"job {jobs}: {what}, {watch.Elapsed.TotalSeconds:0.0} s");
        }

        await ending;
        output.WriteLine($"{jobs} jobs, each command once on each of {hosts} PCs");
    }

    private static async Task NextAsync(JobSchool school, IReadOnlyList<(string Name, DropbearClient Client)> pcs, int jobs)
    {
        await Programs.UntilAsync<object>("the portal takes jobs", TimeSpan.FromMinutes(1), async () => await school.AskAsync("api/v1/jobs?pageSize=1", Ct), Ct);
        var number = await school.SendAsync(new { target = "search:outage-", commands = "sync:1,label" }, Ct);
        var ended = await school.EndedAsync(number, Ct);
        Assert.Equal(pcs.Select(p => (p.Name, "Done")).Order(), ended.Select(e => (e.Key, e.Value)).Order());
        foreach (var (name, client) in pcs)
        {
            var calls = client.Calls.Where(Commands.Contains).ToList();
            Assert.True(calls.SequenceEqual(Enumerable.Repeat(Commands, jobs).SelectMany(c => c)), $"{name} after {jobs} jobs: {string.Join('|', calls)}");
        }
    }

    private static async Task OutageAsync(OwnPostgres database, TimeSpan length)
    {
        await database.StopAsync(Ct);
        await Task.Delay(length, TimeProvider.System, Ct);
        await database.StartAsync(Ct);
    }

    private static async Task KillAsync(OwnPostgres database)
    {
        await database.KillAsync(Ct);
        // It starts once the processes that it left behind have noticed.
        await Programs.UntilAsync("PostgreSQL starts again", TimeSpan.FromMinutes(1), async () =>
        {
            try
            {
                await database.StartAsync(Ct);
                return "yes";
            }
            catch (InvalidOperationException)
            {
                return null;
            }
        }, Ct);
    }

    private static async Task StopAsync(JobSchool school)
    {
        Assert.True(await school.Portal.EndAsync(TimeSpan.FromSeconds(30)), "the portal did not end after SIGTERM: " + school.Portal.Output);
        await school.StartPortalAsync(Ct);
    }

    private static int Number(string variable, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable("LINBOPORTAL_JOB_" + variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : usual;
}
