using LinboPortal.Core.Remote;
using LinboPortal.Infrastructure.Remote;
using LinboPortal.Testing;

namespace LinboPortal.Infrastructure.Tests.Remote;

/// <summary>Starts of commands that are cut off somewhere: the shell dies between two lines, the connection is lost.</summary>
public sealed class TaskStartTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Command = "linbo_wrapper sync:1";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("KILL")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task A_start_that_is_cut_off_anywhere_is_begun_anew_and_runs_the_command_once(string signal)
    {
        await using var rig = await SshRig.StartAsync(database);
        await using var room = await DropbearClients.StartAsync(1, rig.Key.PublicLine, Ct, config: rig.Config);
        using var ssh = (await rig.Login.OpenAsync(await rig.AddressOfAsync(room[0]), Ct)).Ssh;
        await using var session = await rig.ConnectAsync(room[0]);
        var lines = LinesOf("cut-0");
        var (claim, run, code) = (Find(lines, "ln pid"), Find(lines, "&& carry"), Find(lines, "mv code.new"));
        var (carry, end) = (Find(lines, "carry() {"), Array.IndexOf(lines, "}"));
        for (var cut = 0; cut <= lines.Length; cut++)
        {
            if (cut > carry && cut <= end)
                continue; // in the middle of a function that is not called yet
            var (task, before) = ($"cut-{cut}", room[0].Calls.Count);
            var script = LinesOf(task);
            using (var shell = ssh.CreateCommand(string.Join('\n', [.. script[..cut], $"kill -{signal} $$", .. script[cut..]]) + "\n"))
                await shell.ExecuteAsync(Ct);
            // Who comes first carries the command: it is to be the one that is cut off.
            while (cut > claim && !File.Exists(room[0].Temporary($"linboportal/{task}/pid")))
                await Task.Delay(20, Ct);

            var (_, ended) = await SshRig.FollowAsync(session, task, "sync:1");

            // Only a kill that meets the process that carries the command leaves it without an exit code.
            var isKilled = signal == "KILL" && cut > claim && cut <= code;
            Assert.Equal((cut, isKilled ? TaskScript.KilledCode : 0), (cut, ended!.Value));
            Assert.Equal((cut, isKilled && cut <= run ? 0 : 1), (cut, room[0].Calls.Skip(before).Count(c => c == Command)));
            Assert.Equal(ended, (await SshRig.FollowAsync(session, task, "sync:1")).Code);
        }

    }

    [Fact]
    public async Task A_connection_that_is_lost_while_a_command_starts_costs_no_command_and_runs_none_twice()
    {
        await using var rig = await SshRig.StartAsync(database, new SshOptions { ConnectSeconds = 3, IdleSeconds = 0 });
        await using var room = await DropbearClients.StartAsync(1, rig.Key.PublicLine, Ct, config: rig.Config);
        room[0].Step = TimeSpan.FromMilliseconds(5);
        const int Rounds = 25;
        for (var round = 0; round < Rounds; round++)
        {
            var task = $"drop-{round}";
            await using (var session = await rig.ConnectAsync(room[0]))
            {
                var following = Assert.ThrowsAnyAsync<LinboClientException>(() => SshRig.FollowAsync(session, task, "sync:1"));
                await Task.Delay(round * 2, Ct); // at another moment of the start each time
                room[0].DropLine();
                await Task.WhenAny(following, Task.Delay(TimeSpan.FromSeconds(2), Ct));
            }

            Assert.Equal(0, await EndOfAsync(rig, room[0], task));
        }

        Assert.Equal(Rounds, room[0].Calls.Count(c => c == Command));
    }

    [Fact]
    public async Task A_command_that_was_ended_before_it_was_started_never_runs()
    {
        await using var rig = await SshRig.StartAsync(database);
        await using var room = await DropbearClients.StartAsync(1, rig.Key.PublicLine, Ct, config: rig.Config);
        await using var session = await rig.ConnectAsync(room[0]);

        await session.StopAsync("late", Ct);

        Assert.Equal(143, (await SshRig.FollowAsync(session, "late", "sync:1")).Code);
        Assert.Empty(room[0].Calls);
    }

    private static async Task<int?> EndOfAsync(SshRig rig, DropbearClient client, string task)
    {
        while (true)
        {
            try
            {
                await using var session = await rig.ConnectAsync(client);
                return (await SshRig.FollowAsync(session, task, "sync:1")).Code;
            }
            catch (LinboClientException e) when (e.Failure is LinboClientFailure.Lost or LinboClientFailure.Unreachable)
            {
                Ct.ThrowIfCancellationRequested(); // the cut comes late
            }
        }
    }

    private static string[] LinesOf(string task) =>
        TaskScript.Start(task, CommandLine.Parse("sync:1").Commands[0]).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static int Find(string[] lines, string text) => Array.FindIndex(lines, l => l.Contains(text, StringComparison.Ordinal));
}
