using System.Globalization;
using LinboPortal.Testing;

namespace LinboPortal.EndToEnd.Jobs;

/// <summary>A school in which everything goes wrong, and a portal that is killed in the middle.</summary>
[Collection(AloneOnTheMachine.Name)]
public sealed class JobChaosTests(ITestOutputHelper output)
{
    private const string Done = "Done";
    private const int Drops = 6;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_portal_that_is_killed_again_and_again_finishes_its_job_and_no_command_runs_twice()
    {
        var (hosts, kills) = (Number("LINBOPORTAL_JOB_HOSTS", 40), Number("LINBOPORTAL_JOB_KILLS", 3));
        var seed = Number("LINBOPORTAL_JOB_SEED", Environment.TickCount & 0xffff);
        output.WriteLine($"{hosts} hosts, {kills} kills, seed {seed}");
        await using var school = await JobSchool.StartAsync(hosts, ["--Jobs:Parallel=20", "--Jobs:PerRoom=10", "--Jobs:Connect=00:00:10"], Ct);
        var few = Math.Max(1, hosts / 20);
        var expected = school.Clients.ToDictionary(c => c.Name, _ => Done);
        var (dead, changed, slow, garbage, dropping) = (Some(school, few, 0), Some(school, few, 1), Some(school, few, 2), Some(school, few, 3), Some(school, few, 4));
        await school.EndedAsync(await school.SendAsync(new { target = "host:" + string.Join(',', changed.Select(c => c.Name)), commands = "label" }, Ct), Ct);
        foreach (var client in dead)
        {
            await client.PowerOffAsync();
            expected[client.Name] = "Failed NotOnline";
        }

        foreach (var client in changed)
        {
            client.ChangeHostKey();
            await client.RebootAsync(Ct);
            expected[client.Name] = "Failed HostKeyChanged";
        }

        foreach (var client in slow)
            client.Step = TimeSpan.FromSeconds(1);
        foreach (var (client, i) in garbage.Select((c, i) => (c, i)))
            client.Script = i % 2 == 0 ? DropbearClient.Garbage : DropbearClient.Megabytes;

        var job = await school.SendAsync(new { target = "all", commands = "sync:1,start:1" }, Ct);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var dropped = DropAsync(dropping, over.Token);
        await KillAsync(school, kills, new Random(seed));
        var ended = await school.EndedAsync(job, Ct);
        await over.CancelAsync();
        await dropped;

        Assert.Equal(expected.OrderBy(e => e.Key), ended.OrderBy(e => e.Key));
        foreach (var client in school.Clients)
        {
            var calls = client.Calls.Where(c => c is "linbo_wrapper sync:1" or "linbo_wrapper start:1").ToList();
            Assert.True(calls.SequenceEqual(expected[client.Name] == Done ? ["linbo_wrapper sync:1", "linbo_wrapper start:1"] : []), $"{client.Name}: {string.Join('|', calls)}");
        }

        foreach (var client in garbage)
            Assert.InRange((await school.Api.GetTextAsync($"api/v1/jobs/{job}/runs/{client.Name}/log/text", Ct)).Length, 1000, 4_000_000);
    }

    [Fact]
    public async Task What_a_shell_would_take_for_orders_arrives_as_it_was_written()
    {
        await using var school = await JobSchool.StartAsync(1, [], Ct);
        const string Comment = "a; touch /tmp/hacked $(touch /tmp/hacked) `touch /tmp/hacked` 'q' && reboot | cat > /tmp/hacked #";
        var note = "note; $(reboot) \"quoted\"\nsecond line";
        var job = await school.SendAsync(new { target = "pc1", commands = $"create_image:1:\"{Comment} \\\"x\\\"\"", note, confirmed = true }, Ct);

        Assert.Equal(Done, (await school.EndedAsync(job, Ct))["pc1"]);

        Assert.Contains(school.Clients[0].Calls, c => c.Contains(Comment, StringComparison.Ordinal));
        Assert.False(File.Exists(school.Clients[0].Temporary("hacked")));
        Assert.Equal(note, (await school.Api.GetAsync($"api/v1/jobs/{job}", Ct)).GetProperty("job").GetProperty("note").GetString());
        foreach (var commands in new[] { "label\nreboot", "sync:1;reboot", "sync:$(reboot)", "create_image:1:\"a\nb\"" })
            await Assert.ThrowsAsync<HttpRequestException>(() => school.SendAsync(new { target = "pc1", commands, confirmed = true }, Ct));
        await Assert.ThrowsAsync<HttpRequestException>(() => school.SendAsync(new { target = "host:pc1;reboot", commands = "label" }, Ct));
    }

    private static async Task KillAsync(JobSchool school, int kills, Random random)
    {
        for (var i = 0; i < kills; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(300, 2500)), TimeProvider.System, Ct); // at a random moment, that is the point
            await school.Portal.KillAsync();
            await school.StartPortalAsync(Ct);
        }
    }

    private static async Task DropAsync(IReadOnlyList<DropbearClient> clients, CancellationToken ct)
    {
        try
        {
            for (var i = 0; i < Drops; i++)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, ct);
                foreach (var client in clients)
                    client.DropLine();
            }
        }
        catch (OperationCanceledException)
        {
            // The job is over.
        }
    }

    /// <summary>Some clients, spread over the rooms; each kind has its own.</summary>
    private static IReadOnlyList<DropbearClient> Some(JobSchool school, int count, int kind) =>
        [.. Enumerable.Range(0, count).Select(i => school.Clients[(i * 20 + kind * 3) % school.Clients.Count])];

    private static int Number(string variable, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : usual;
}
