using System.Globalization;
using LinboPortal.Testing;

namespace LinboPortal.EndToEnd.Jobs;

/// <summary>A school in which everything goes wrong, and a portal that is killed in the middle.</summary>
[Collection(JobSchool.Name)]
public sealed class JobChaosTests(JobSchool school, ITestOutputHelper output)
{
    private const string Done = "Done";
    private const int Drops = 6;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_portal_that_is_killed_again_and_again_finishes_its_job_and_no_command_runs_twice()
    {
        var (hosts, kills) = (Number("LINBOPORTAL_JOB_HOSTS", 25), Number("LINBOPORTAL_JOB_KILLS", 3));
        var seed = Number("LINBOPORTAL_JOB_SEED", Environment.TickCount & 0xffff);
        output.WriteLine($"{hosts} hosts, {kills} kills, seed {seed}");
        var pcs = await school.SwitchOnAsync(hosts, "chaos", Ct);
        var few = Math.Max(1, hosts / 20);
        var expected = pcs.ToDictionary(p => p.Name, _ => Done);
        var (dead, changed, slow, garbage, dropping) = (Some(pcs, few, 0), Some(pcs, few, 1), Some(pcs, few, 2), Some(pcs, few, 3), Some(pcs, few, 4));
        await school.EndedAsync(await school.SendAsync(new { target = "host:" + string.Join(',', changed.Select(p => p.Name)), commands = "label" }, Ct), Ct);
        foreach (var (name, client) in dead)
        {
            await client.PowerOffAsync();
            expected[name] = "Failed NotOnline";
        }

        foreach (var (name, client) in changed)
        {
            client.ChangeHostKey();
            await client.RebootAsync(Ct);
            expected[name] = "Failed HostKeyChanged";
        }

        foreach (var (_, client) in slow)
            client.Step = TimeSpan.FromSeconds(1);
        foreach (var (pc, i) in garbage.Select((p, i) => (p, i)))
            pc.Client.Script = i % 2 == 0 ? DropbearClient.Garbage : DropbearClient.Megabytes;

        var job = await school.SendAsync(new { target = "search:chaos-", commands = "sync:1,start:1" }, Ct);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var dropped = DropAsync(dropping, over.Token);
        await KillAsync(kills, Number("LINBOPORTAL_JOB_DATABASE_KILLS", 0), new Random(seed));
        var ended = await school.EndedAsync(job, Ct);
        await over.CancelAsync();
        await dropped;

        Assert.Equal(expected.OrderBy(e => e.Key), ended.OrderBy(e => e.Key));
        foreach (var (name, client) in pcs)
        {
            var calls = client.Calls.Where(c => c is "linbo_wrapper sync:1" or "linbo_wrapper start:1").ToList();
            Assert.True(calls.SequenceEqual(expected[name] == Done ? ["linbo_wrapper sync:1", "linbo_wrapper start:1"] : []), $"{name}: {string.Join('|', calls)}");
        }

        foreach (var (name, _) in garbage)
            Assert.InRange((await school.Api.GetTextAsync($"api/v1/jobs/{job}/runs/{name}/log/text", Ct)).Length, 1000, 4_000_000);
    }

    [Fact]
    public async Task What_a_shell_would_take_for_orders_arrives_as_it_was_written()
    {
        var (name, client) = Assert.Single(await school.SwitchOnAsync(1, "shell", Ct));
        const string Comment = "a; touch /tmp/hacked $(touch /tmp/hacked) `touch /tmp/hacked` 'q' && reboot | cat > /tmp/hacked #";
        var note = "note; $(reboot) \"quoted\"\nsecond line";
        var job = await school.SendAsync(new { target = name, commands = $"create_image:1:\"{Comment} \\\"x\\\"\"", note, confirmed = true }, Ct);

        Assert.Equal(Done, (await school.EndedAsync(job, Ct))[name]);

        Assert.Contains(client.Calls, c => c.Contains(Comment, StringComparison.Ordinal));
        Assert.False(File.Exists(client.Temporary("hacked")));
        Assert.Equal(note, (await school.Api.GetAsync($"api/v1/jobs/{job}", Ct)).GetProperty("job").GetProperty("note").GetString());
        foreach (var commands in new[] { "label\nreboot", "sync:1;reboot", "sync:$(reboot)", "create_image:1:\"a\nb\"" })
            await Assert.ThrowsAsync<HttpRequestException>(() => school.SendAsync(new { target = name, commands, confirmed = true }, Ct));
        await Assert.ThrowsAsync<HttpRequestException>(() => school.SendAsync(new { target = $"host:{name};reboot", commands = "label" }, Ct));
    }

    private async Task KillAsync(int kills, int databaseKills, Random random)
    {
        bool[] isPortal = [.. Enumerable.Repeat(true, kills), .. Enumerable.Repeat(false, databaseKills)];
        random.Shuffle(isPortal);
        foreach (var portal in isPortal)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(300, 2500)), TimeProvider.System, Ct); // at a random moment, that is the point
            if (portal)
            {
                await school.Portal.KillAsync();
                await school.StartPortalAsync(Ct);
            }
            else
            {
                await school.KillDatabaseAsync(Ct);
            }
        }
    }

    private static async Task DropAsync(IReadOnlyList<(string Name, DropbearClient Client)> pcs, CancellationToken ct)
    {
        try
        {
            for (var i = 0; i < Drops; i++)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, ct);
                foreach (var (_, client) in pcs)
                    client.DropLine();
            }
        }
        catch (OperationCanceledException)
        {
            // The job is over.
        }
    }

    /// <summary>Some PCs, spread over the rooms; each kind has its own.</summary>
    private static IReadOnlyList<(string Name, DropbearClient Client)> Some(IReadOnlyList<(string Name, DropbearClient Client)> pcs, int count, int kind) =>
        [.. Enumerable.Range(0, count).Select(i => pcs[(i * 20 + kind * 3) % pcs.Count])];

    private static int Number(string variable, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : usual;
}
