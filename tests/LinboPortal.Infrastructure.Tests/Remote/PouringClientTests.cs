using System.Globalization;
using LinboPortal.Core.Remote;
using LinboPortal.Infrastructure.Tests.Distribution;
using LinboPortal.Testing;

namespace LinboPortal.Infrastructure.Tests.Remote;

/// <summary>A real SSH server on a PC's address that writes 800 MB whatever it is told to run.</summary>
public sealed class PouringClientTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const int Megabytes = 800;

    /// <summary>Unread output, what waits in sockets and pipes on the way, and what was read in order.</summary>
    private const int MostTaken = 64;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Says which boot it is, pours otherwise, and keeps count of the megabytes that it got rid of.</summary>
    private static string Pour(string descriptor) => $$"""
        case $SSH_ORIGINAL_COMMAND in *boot_id*) read -r b < /proc/sys/kernel/random/boot_id; echo "$b"; exit 0;; esac
        i=0
        while [ $i -lt {{Megabytes}} ]; do
          { dd if=/dev/zero bs=1024 count=1024 2>/dev/null; } >&{{descriptor}} || break
          i=$((i + 1)); echo $i > /client/poured
        done
        echo over > /client/over
        """;

    private static string Forced(string key) => $"command=\"sh /client/pour\" {key}";

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    public async Task A_command_that_pours_out_ends_the_connection(string descriptor)
    {
        await using var rig = await SshRig.StartAsync(database);
        await using var room = await DropbearClients.StartAsync(1, Forced(rig.Key.PublicLine), Ct, config: rig.Config);
        await File.WriteAllTextAsync(Path.Combine(room[0].Files, "pour"), Pour(descriptor), Ct);
        await using var session = await rig.ConnectAsync(room[0]);

        var refused = await Assert.ThrowsAsync<LinboClientException>(() => SshRig.FollowAsync(session, "t-1", "sync:1"));

        Assert.Equal(LinboClientFailure.Lost, refused.Failure);
        await IsCutOffAsync(room[0]);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    public async Task Output_that_nobody_reads_ends_the_connection(string descriptor)
    {
        await using var rig = await SshRig.StartAsync(database);
        await using var room = await DropbearClients.StartAsync(1, Forced(rig.Key.PublicLine), Ct, config: rig.Config);
        await File.WriteAllTextAsync(Path.Combine(room[0].Files, "pour"), Pour(descriptor), Ct);
        var connection = await rig.Connections.TakeAsync(await rig.AddressOfAsync(room[0]), Ct);
        await using var run = await connection.StartAsync("true", Ct);

        await IsCutOffAsync(room[0]);

        rig.Connections.Release(connection);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    public async Task A_log_that_pours_out_is_not_taken(string descriptor)
    {
        await using var rig = await RsyncRig.StartAsync(database);
        await using var room = await DropbearClients.StartAsync(1, Forced(rig.Key.PublicLine), Ct, port: rig.Ssh.Port, config: rig.Config);
        await File.WriteAllTextAsync(Path.Combine(room[0].Files, "pour"), Pour(descriptor), Ct);
        await rig.AddHostAsync("pour" + descriptor, room[0].Address.ToString());

        Assert.Equal(23, (await rig.GetAsync(room[0].Address.ToString(), "linbo//tmp/linbo.log")).ExitCode);

        await IsCutOffAsync(room[0]);
        Assert.False(File.Exists(rig.Folder.At($"logs/pour{descriptor}_linbo.log")));
    }

    [Fact]
    public async Task A_PC_is_called_back_once_a_minute_for_the_same_file()
    {
        await using var rig = await RsyncRig.StartAsync(database, callBackPause: TimeSpan.FromMinutes(1));
        await using var room = await DropbearClients.StartAsync(1, rig.Key.PublicLine, Ct, port: rig.Ssh.Port, config: rig.Config);
        await File.WriteAllTextAsync(room[0].Temporary("linbo.log"), "one line\n", Ct);
        await File.WriteAllTextAsync(room[0].Temporary("image.status"), "202611250900 applied: win10.qcow2 202611240000\n", Ct);
        await rig.AddHostAsync("calm", room[0].Address.ToString());

        for (var i = 0; i < 5; i++)
            await rig.GetAsync(room[0].Address.ToString(), "linbo//tmp/linbo.log");
        Assert.Equal("one line\n", await File.ReadAllTextAsync(rig.Folder.At("logs/calm_linbo.log"), Ct));

        // Another file is another matter.
        await rig.GetAsync(room[0].Address.ToString(), "linbo//tmp/image.status");
        Assert.True(File.Exists(rig.Folder.At("logs/calm_image.status")));

        // An old client that is not served now does not empty its log.
        Assert.Equal(23, (await rig.GetAsync(room[0].Address.ToString(), "linbo/tmp/calm_linbo.log")).ExitCode);
    }

    private static async Task IsCutOffAsync(DropbearClient client)
    {
        await Wait.UntilAsync("the PC cannot write any more", () => File.Exists(Path.Combine(client.Files, "over")));
        var count = Path.Combine(client.Files, "poured"); // none where the first megabyte was too much
        Assert.InRange(File.Exists(count) ? int.Parse(await File.ReadAllTextAsync(count, Ct), CultureInfo.InvariantCulture) : 0, 0, MostTaken);
    }
}
