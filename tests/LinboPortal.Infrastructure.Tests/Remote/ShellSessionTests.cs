using System.Text;
using System.Threading.Channels;
using LinboPortal.Core.Remote;
using LinboPortal.Infrastructure.Remote;
using LinboPortal.Testing;

namespace LinboPortal.Infrastructure.Tests.Remote;

public sealed class ShellSessionTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static async Task<ShellSession> OpenAsync(SshRig rig, DropbearClient client) =>
        await ShellSession.OpenAsync(rig.Login, await rig.AddressOfAsync(client), 80, 25, TimeProvider.System, Ct);

    private static ValueTask TypeAsync(ShellSession shell, string text) => shell.Input.WriteAsync(Encoding.UTF8.GetBytes(text), Ct);

    private static async Task<string> UntilAsync(ShellSession shell, string what)
    {
        var seen = new StringBuilder();
        // Megabytes: only the end is looked at.
        while (!seen.ToString(Math.Max(0, seen.Length - 2000), Math.Min(2000, seen.Length)).Contains(what, StringComparison.Ordinal))
            seen.Append(Encoding.UTF8.GetString((await Wait.ForAsync($"the shell prints \"{what}\"", shell.Output.ReadAsync(Ct).AsTask())).Span));

        return seen.ToString();
    }

    [Fact]
    public async Task A_shell_answers_knows_its_size_and_ends()
    {
        await using var rig = await SshRig.StartAsync(database);
        await using var room = await DropbearClients.StartAsync(1, rig.Key.PublicLine, Ct, config: rig.Config);
        await using var shell = await OpenAsync(rig, room[0]);
        await UntilAsync(shell, "# ");
        await TypeAsync(shell, "echo $((6 * 7))-ä; tty; stty size\n");
        Assert.Contains("42-ä\r\n/dev/pts/", await UntilAsync(shell, "25 80"), StringComparison.Ordinal);

        shell.Resize(132, 43);
        await TypeAsync(shell, "stty size\n");
        await UntilAsync(shell, "43 132");

        await TypeAsync(shell, "sh -c 'echo begun; exec sleep 1000'\n");
        await UntilAsync(shell, "begun\r\n");
        await TypeAsync(shell, "\u0003");
        await TypeAsync(shell, "echo inter\"\"rupted\n");
        await UntilAsync(shell, "interrupted");

        await TypeAsync(shell, "exit\n");
        await foreach (var _ in shell.Output.ReadAllAsync(Ct))
        {
        }

        Assert.False(shell.Input.TryWrite(new byte[1]));
        shell.Resize(80, 25);
    }

    [Fact]
    public async Task Who_does_not_read_holds_the_PC_back_and_loses_nothing()
    {
        await using var rig = await SshRig.StartAsync(database);
        await using var room = await DropbearClients.StartAsync(1, rig.Key.PublicLine, Ct, config: rig.Config);
        await using var shell = await OpenAsync(rig, room[0]);
        await UntilAsync(shell, "# ");
        await TypeAsync(shell, "stty raw -echo; seq 1 60000; echo; echo the \"\"end\n");
        await Wait.UntilAsync("the output waits to be read", () => shell.Output.Count >= 64);
        var rest = await UntilAsync(shell, "the end");
        Assert.Equal(60_000, rest.Split('\n').Count(l => int.TryParse(l, out _)));
    }

    [Fact]
    public async Task A_broken_line_ends_it_with_a_word()
    {
        await using var rig = await SshRig.StartAsync(database);
        await using var room = await DropbearClients.StartAsync(1, rig.Key.PublicLine, Ct, config: rig.Config);
        await using var shell = await OpenAsync(rig, room[0]);
        await UntilAsync(shell, "# ");
        room[0].DropLine();
        var closed = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            while (true)
                await shell.Output.ReadAsync(Ct);
        });
        Assert.Equal(LinboClientFailure.Lost, Assert.IsType<LinboClientException>(closed is ChannelClosedException { InnerException: { } inner } ? inner : closed).Failure);
    }

    [Fact]
    public async Task Whoever_leaves_leaves_nothing_behind()
    {
        await using var rig = await SshRig.StartAsync(database);
        await using var room = await DropbearClients.StartAsync(1, rig.Key.PublicLine, Ct, config: rig.Config);
        await using (var shell = await OpenAsync(rig, room[0]))
        {
            await UntilAsync(shell, "# ");
            await TypeAsync(shell, "yes\n"); // nobody reads that
        }

        await Wait.UntilAsync("nobody is logged in", () => room[0].Logins == 0);
        room[0].IsLinbo = false;
        var refused = await Assert.ThrowsAsync<LinboClientException>(() => OpenAsync(rig, room[0]));
        Assert.Equal(LinboClientFailure.NotLinbo, refused.Failure);
    }
}
