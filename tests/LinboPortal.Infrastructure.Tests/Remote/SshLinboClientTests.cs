using System.Text;
using LinboPortal.Core.Remote;
using LinboPortal.Infrastructure.Remote;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Tests.Remote;

public sealed class SshLinboClientTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private async Task<HostKeyPin> PinOfAsync(Guid host)
    {
        await using var db = await database.Databases.CreateDbContextAsync(Ct);
        return await db.HostKeyPins.SingleAsync(p => p.HostId == host, Ct);
    }

    [Fact]
    public async Task A_command_runs_and_tells_what_it_prints_and_how_it_ended()
    {
        await using var rig = await SshRig.StartAsync(database);
        await using var room = await DropbearClients.StartAsync(1, rig.Key.PublicLine, Ct, config: rig.Config);
        await using var session = await rig.ConnectAsync(room[0]);

        Assert.Equal(room[0].BootId, session.BootId);
        Assert.False(await session.KnowsAsync("t-1", Ct));
        var (output, code) = await SshRig.FollowAsync(session, "t-1", "sync:1");
        Assert.True(await session.KnowsAsync("t-1", Ct));

        Assert.Equal(0, code);
        Assert.Contains("linbo_wrapper sync:1 ###\nCommand     : sync\nOS number   : 1\n", SshRig.Text(output), StringComparison.Ordinal);
        Assert.EndsWith("    (100.00/100%)\r\nDone.\n", SshRig.Text(output), StringComparison.Ordinal);
        Assert.Equal(["linbo_wrapper sync:1"], room[0].Calls);

        // Once more is not once more: the same output, nothing started.
        var again = await SshRig.FollowAsync(session, "t-1", "sync:1");
        Assert.Equal(output, again.Output);
        Assert.Equal(0, again.Code);
        Assert.Single(room[0].Calls);

        room[0].Script = "echo to stderr >&2; exit 7";
        Assert.Equal(("to stderr\n", 7), await SshRig.FollowAsync(session, "t-2", "halt") is var (text, seven) ? (SshRig.Text(text), seven) : default);
    }

    [Fact]
    public async Task What_a_generation_does_not_know_is_refused_and_what_it_needs_is_fetched_first()
    {
        await using var rig = await SshRig.StartAsync(database);
        await using var room = await DropbearClients.StartAsync(1, rig.Key.PublicLine, Ct, config: rig.Config);
        await using var session = await rig.ConnectAsync(room[0]);

        Assert.Equal(("images/ubuntu/ubuntu.prestart could not be fetched from the server\n", 1), await RunAsync("none", "prestart:2"));
        Directory.CreateDirectory(Path.Combine(room[0].Files, "server/images/ubuntu"));
        await File.WriteAllTextAsync(Path.Combine(room[0].Files, "server/images/ubuntu/ubuntu.prestart"), "echo before\n", Ct);
        Assert.Equal(("linbo_prestart 2\n", 0), await RunAsync("there", "prestart:2"));
        Assert.Equal(["linbo_prestart 2"], room[0].Calls);
        Assert.Equal(("start.conf has no image for system 3\n", 1), await RunAsync("three", "prestart:3"));

        Assert.Equal(("LINBO 4.2.16 does not know postsync\n", 127), await RunAsync("post", "postsync:1"));
        Assert.Equal(("linbo_update force\n", 0), await RunAsync("update", "update"));

        // The wrapper of a generation that has no word for it would do nothing, and say that all is well.
        room[0].Script = "exit 0";
        foreach (var command in new[] { "sync:1", "new:1", "create_qdiff:1", "upload_image:1", "initcache:rsync", "format:2", "label", "partition" })
            Assert.Equal(("", 0), await RunAsync("knows-" + command.Replace(':', '-').Replace('_', '-'), command));

        async Task<(string Output, int? Code)> RunAsync(string task, string command)
        {
            var (output, code) = await SshRig.FollowAsync(session, task, command);
            return (SshRig.Text(output), code);
        }
    }

    [Theory]
    [InlineData("  create_image|upload_image)\n", "LINBO 4.2.16 does not know image_name\n", 127)]
    [InlineData("  create_image|upload_image) image_name=x ;;\n", "", 0)]
    public async Task The_name_of_a_new_image_is_given_only_to_a_wrapper_that_knows_it(string label, string output, int code)
    {
        await using var rig = await SshRig.StartAsync(database);
        await using var room = await DropbearClients.StartAsync(1, rig.Key.PublicLine, Ct, config: rig.Config);
        await using var session = await rig.ConnectAsync(room[0]);
        room[0].Wrapper = $"#!/bin/sh\n# case of a real one\n: <<END\n  sync)\n{label}END\nexit 0\n";

        foreach (var (task, command) in new[] { ("c", "create_image:1:\"new\":image_name:noble"), ("u", "upload_image:1:image_name:noble") })
        {
            var (said, ended) = await SshRig.FollowAsync(session, task, command);
            Assert.Equal((output, code), (SshRig.Text(said), ended));
        }

        Assert.Equal(("", 0), await SshRig.FollowAsync(session, "plain", "create_image:1") is var (plain, zero) ? (SshRig.Text(plain), zero) : default);
    }

    [Theory]
    [InlineData("  start)\n", "LINBO 4.2.16 does not know new\n", 127)]
    [InlineData("  sync|new)\n", "", 0)]
    [InlineData("    new | start ) linbo_new ;;\n", "", 0)]
    [InlineData("  renew)\n", "LINBO 4.2.16 does not know new\n", 127)]
    public async Task What_a_wrapper_knows_is_read_from_it(string label, string output, int code)
    {
        await using var rig = await SshRig.StartAsync(database);
        await using var room = await DropbearClients.StartAsync(1, rig.Key.PublicLine, Ct, config: rig.Config);
        await using var session = await rig.ConnectAsync(room[0]);
        room[0].Wrapper = $"#!/bin/sh\n# case of a real one\n: <<END\n  sync)\n{label}END\nexit 0\n";

        var (said, ended) = await SshRig.FollowAsync(session, "t", "new:1");

        Assert.Equal((output, code), (SshRig.Text(said), ended));
    }

    [Fact]
    public async Task Comments_arrive_to_the_letter()
    {
        string[] comments =
        [
            "; touch /tmp/pwned", "$(touch /tmp/pwned)", "`touch /tmp/pwned`", "' ; touch /tmp/pwned ; '", "\" ; touch /tmp/pwned ; \"",
            "a && touch /tmp/pwned || touch /tmp/pwned & touch /tmp/pwned", "> /tmp/pwned", "\\'; touch /tmp/pwned #", "${IFS} $HOME * ~ ! {a,b} %s -n äöü 😀", "-n",
        ];
        await using var rig = await SshRig.StartAsync(database);
        await using var room = await DropbearClients.StartAsync(1, rig.Key.PublicLine, Ct, config: rig.Config);
        await using var session = await rig.ConnectAsync(room[0]);
        room[0].Script = "printf '%s\\n' \"$#\" \"$1\"";
        foreach (var (number, comment) in comments.Index())
        {
            var (output, code) = await SshRig.FollowAsync(session, $"t-{number}", new LinboCommand.CreateImage(1, comment).ToString());
            Assert.Equal(($"1\ncreate_image:1:{comment}\n", 0), (SshRig.Text(output), code));
        }

        Assert.False(File.Exists(room[0].Temporary("pwned")));
    }

    [Fact]
    public async Task A_dropped_line_and_a_second_session_give_the_same_bytes_once()
    {
        await using var rig = await SshRig.StartAsync(database);
        await using var room = await DropbearClients.StartAsync(1, rig.Key.PublicLine, Ct, config: rig.Config);
        // It prints until the line was dropped often enough, however late the connections are.
        room[0].Script = "i=0; until [ -e /tmp/enough ]; do echo \"line $i ä\"; head -c 3000 /dev/urandom; i=$((i + 1)); sleep 0.03; done; exit 5";
        using var got = new MemoryStream();
        var drops = 0;
        int? code = null;
        while (code is null)
        {
            try
            {
                await using var session = await rig.ConnectAsync(room[0]);
                await foreach (var told in session.RunAsync("t", CommandLine.Parse("sync:1").Commands[0], got.Length, Ct))
                {
                    code = (told as TaskOutput.Ended)?.ExitCode;
                    if (told is not TaskOutput.Piece piece)
                        continue;
                    Assert.Equal(got.Length, piece.Offset);
                    got.Write(piece.Bytes.Span);
                    if (got.Length > (drops + 1) * 40_000 && drops < 4)
                    {
                        drops++;
                        room[0].DropLine();
                        if (drops == 4)
                            await File.WriteAllTextAsync(room[0].Temporary("enough"), "", Ct);
                    }
                }
            }
            catch (LinboClientException e)
            {
                Assert.Equal(LinboClientFailure.Lost, e.Failure);
            }
        }

        Assert.Equal((5, 4), (code, drops));
        Assert.Equal(File.ReadAllBytes(room[0].Temporary("linboportal/t/out")), got.ToArray());
        Assert.Single(room[0].Calls);
    }

    [Fact]
    public async Task Of_many_who_start_the_same_task_one_does()
    {
        await using var rig = await SshRig.StartAsync(database);
        await using var room = await DropbearClients.StartAsync(1, rig.Key.PublicLine, Ct, config: rig.Config);
        await rig.AddressOfAsync(room[0]);
        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            // dropbear can die of an assertion of its own when many channels of a connection begin and end in the same moment. Whoever followed takes
            // it up again, as a run does.
            for (var losses = 0; ; losses++)
            {
                try
                {
                    await using var session = await rig.ConnectAsync(room[0]);
                    return await SshRig.FollowAsync(session, "t", "sync:1");
                }
                catch (LinboClientException e) when (e.Failure == LinboClientFailure.Lost && losses < 20)
                {
                    // again, on another connection
                }
            }
        }));
        Assert.All(all, a => Assert.Equal(SshRig.Text(all[0].Output), SshRig.Text(a.Output)));
        Assert.Single(room[0].Calls);
        Assert.Equal(1, rig.Connections.Count);
    }

    [Fact]
    public async Task Megabytes_and_garbage_come_whole()
    {
        await using var rig = await SshRig.StartAsync(database);
        await using var room = await DropbearClients.StartAsync(1, rig.Key.PublicLine, Ct, config: rig.Config);
        await using var session = await rig.ConnectAsync(room[0]);
        room[0].Script = DropbearClient.Garbage;
        var garbage = await SshRig.FollowAsync(session, "garbage", "sync:1");
        Assert.Equal(File.ReadAllBytes(room[0].Temporary("linboportal/garbage/out")), garbage.Output);
        room[0].Script = DropbearClient.Megabytes;
        var megabytes = await SshRig.FollowAsync(session, "megabytes", "sync:1");
        Assert.Equal(30_000_000, megabytes.Output.Length);
        Assert.Equal(0, megabytes.Code);
        Assert.Equal(("", 0), await SshRig.FollowAsync(session, "megabytes", "sync:1", 30_000_000) is var (rest, code) ? (SshRig.Text(rest), code) : default);
    }

    [Fact]
    public async Task A_task_is_ended_with_all_that_it_started()
    {
        await using var rig = await SshRig.StartAsync(database);
        await using var room = await DropbearClients.StartAsync(1, rig.Key.PublicLine, Ct, config: rig.Config);
        await using var session = await rig.ConnectAsync(room[0]);
        room[0].Script = "echo begun; sleep 1000 & (trap '' TERM; sleep 1001; sleep 1002) & sleep 1003";
        var following = SshRig.FollowAsync(session, "t", "sync:1");
        await Wait.UntilAsync("the task has printed", () => new FileInfo(room[0].Temporary("linboportal/t/out")) is { Exists: true, Length: > 0 });
        await session.StopAsync("t", Ct);
        var (output, code) = await following;
        Assert.Equal(("begun\n", 143), (SshRig.Text(output), code));
        await session.StopAsync("t", Ct);
        await session.StopAsync("never", Ct);
        room[0].Script = "for s in /proc/[0-9]*/cmdline; do tr '\\0' ' ' < $s; echo; done";
        Assert.DoesNotContain("sleep 100", SshRig.Text((await SshRig.FollowAsync(session, "look", "sync:1")).Output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_that_was_killed_ends_too()
    {
        await using var rig = await SshRig.StartAsync(database);
        await using var room = await DropbearClients.StartAsync(1, rig.Key.PublicLine, Ct, config: rig.Config);
        await using var session = await rig.ConnectAsync(room[0]);
        room[0].Script = "kill -KILL $(cat /tmp/linboportal/t/pid); exec sleep 1";
        Assert.Equal(137, (await SshRig.FollowAsync(session, "t", "sync:1")).Code);
    }

    [Fact]
    public async Task After_a_restart_nothing_is_known_any_more_and_the_boot_is_another()
    {
        await using var rig = await SshRig.StartAsync(database);
        await using var room = await DropbearClients.StartAsync(1, rig.Key.PublicLine, Ct, config: rig.Config);
        await using var first = await rig.ConnectAsync(room[0]);
        room[0].Script = "sleep 1000";
        var following = Assert.ThrowsAsync<LinboClientException>(() => SshRig.FollowAsync(first, "t", "sync:1"));
        await Wait.UntilAsync("the command is called", () => room[0].Calls.Count > 0);
        await room[0].RebootAsync(Ct);
        Assert.Equal(LinboClientFailure.Lost, (await following).Failure);
        await Assert.ThrowsAsync<LinboClientException>(() => first.KnowsAsync("t", Ct));

        await using var second = await rig.ConnectAsync(room[0]);
        Assert.NotEqual(first.BootId, second.BootId);
        Assert.False(await second.KnowsAsync("t", Ct));
        Assert.Single(room[0].Calls);
    }

    [Fact]
    public async Task Reboot_loses_the_line_and_the_PC_comes_back()
    {
        await using var rig = await SshRig.StartAsync(database);
        await using var room = await DropbearClients.StartAsync(1, rig.Key.PublicLine, Ct, config: rig.Config);
        await using var session = await rig.ConnectAsync(room[0]);
        var lost = await Assert.ThrowsAsync<LinboClientException>(() => SshRig.FollowAsync(session, "t", "reboot"));
        Assert.Equal(LinboClientFailure.Lost, lost.Failure);
        await Wait.UntilAsync("the PC has started again", () => room[0].Boots >= 2 && room[0].IsOn);
        await room[0].PowerOnAsync(Ct);
        await using var next = await rig.ConnectAsync(room[0]);
        Assert.Equal(room[0].BootId, next.BootId);
    }

    [Fact]
    public async Task A_line_that_says_nothing_counts_as_broken()
    {
        var options = new SshOptions { ConnectSeconds = 30, SilenceSeconds = 1 };
        await using var rig = await SshRig.StartAsync(database, options);
        await using var room = await DropbearClients.StartAsync(1, rig.Key.PublicLine, Ct, config: rig.Config);
        room[0].Script = "echo begun; sleep 2; echo done";
        await using (var session = await rig.ConnectAsync(room[0]))
        {
            var lost = await Assert.ThrowsAsync<LinboClientException>(() => SshRig.FollowAsync(session, "t", "sync:1", seen: _ => room[0].HangLine()));
            Assert.Equal(LinboClientFailure.Lost, lost.Failure);
        }

        options.SilenceSeconds = 30;
        await using var again = await rig.ConnectAsync(room[0]);
        Assert.Equal(("begun\ndone\n", 0), await RepeatAsync(again) is var (output, code) ? (SshRig.Text(output), code) : default);

        async Task<(byte[], int?)> RepeatAsync(ILinboSession session)
        {
            await Wait.UntilAsync("the command has ended", () => File.Exists(room[0].Temporary("linboportal/t/code")));
            return await SshRig.FollowAsync(session, "t", "sync:1");
        }
    }

    [Fact]
    public async Task Host_keys_of_the_installation_are_kept_and_another_one_is_refused()
    {
        await using var rig = await SshRig.StartAsync(database);
        await using var room = await DropbearClients.StartAsync(2, rig.Key.PublicLine, Ct, config: rig.Config);
        await using (await rig.ConnectAsync(room[0]))
        await using (await rig.ConnectAsync(room[1]))
        {
        }

        var (one, two) = ((await rig.AddressOfAsync(room[0])).HostId, (await rig.AddressOfAsync(room[1])).HostId);
        var pin = await PinOfAsync(one);
        Assert.Equal(("ssh-ed25519", room.Fingerprint, null), (pin.Algorithm, pin.Fingerprint, pin.OtherFingerprint));
        Assert.Equal(room.Fingerprint, (await PinOfAsync(two)).Fingerprint);

        var other = room[0].ChangeHostKey();
        await room[0].RebootAsync(Ct);
        var refused = await rig.RefusedAsync(room[0]);
        Assert.Equal(LinboClientFailure.HostKeyChanged, refused.Failure);
        Assert.Contains(other, refused.Detail, StringComparison.Ordinal);
        pin = await PinOfAsync(one);
        Assert.Equal((room.Fingerprint, other), (pin.Fingerprint, pin.OtherFingerprint));
        Assert.NotNull(pin.OtherSeenAt);
        Assert.Empty(room[0].Calls);

        // A person takes it over.
        await using (var db = await database.Databases.CreateDbContextAsync(Ct))
        {
            db.ConfirmedHostKeys.Add(new ConfirmedHostKey { Fingerprint = other, Algorithm = "ssh-ed25519", ConfirmedAt = TimeProvider.System.GetUtcNow(), ConfirmedBy = "admin" });
            await db.SaveChangesAsync(Ct);
        }

        await using var session = await rig.ConnectAsync(room[0]);
    }

    [Fact]
    public async Task What_hinders_is_told_apart()
    {
        var options = new SshOptions { ConnectSeconds = 30 };
        await using var rig = await SshRig.StartAsync(database, options);
        await using var room = await DropbearClients.StartAsync(3, rig.Key.PublicLine, Ct, config: rig.Config);
        await using var strangers = await DropbearClients.StartAsync(1, "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJg8x1Qm3ff0S1F3mCkZ2kO4ahm2gdCzF2yEEkJQ0Sdd other", Ct, config: rig.Config);
        await room[0].PowerOffAsync();
        room[1].Stall();
        room[2].IsLinbo = false;
        Assert.Equal(LinboClientFailure.Unreachable, (await rig.RefusedAsync(room[0])).Failure);
        options.ConnectSeconds = 1; // the one that says nothing costs all of it
        Assert.Equal(LinboClientFailure.Unreachable, (await rig.RefusedAsync(room[1])).Failure);
        options.ConnectSeconds = 30;
        Assert.Equal(LinboClientFailure.NotLinbo, (await rig.RefusedAsync(room[2])).Failure);
        Assert.Equal(LinboClientFailure.KeyRefused, (await rig.RefusedAsync(strangers[0])).Failure);
        room[1].Stall(false);
        room[2].IsLinbo = true;
        await room[0].PowerOnAsync(Ct);
        foreach (var client in room)
            await using (await rig.ConnectAsync(client))
                Assert.True(client.IsOn);
    }

    [Fact]
    public async Task The_password_is_lent_to_the_letter_and_on_no_command_line()
    {
        await using var rig = await SshRig.StartAsync(database);
        await using var room = await DropbearClients.StartAsync(1, rig.Key.PublicLine, Ct, config: rig.Config);
        await using var session = await rig.ConnectAsync(room[0]);
        await session.LendPasswordAsync(lend: true, Ct);
        Assert.Equal($"linbo:{SshRig.Password}\n", File.ReadAllText(room[0].Temporary("rsyncd.secrets")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(room[0].Temporary("rsyncd.secrets")));
        await session.LendPasswordAsync(lend: false, Ct);
        Assert.False(File.Exists(room[0].Temporary("rsyncd.secrets")));
        await session.ShowGuiAsync(show: false, Ct);
        await session.ShowGuiAsync(show: true, Ct);
        Assert.Equal(["gui_ctl disable", "gui_ctl restore"], room[0].Calls);
    }

    [Fact]
    public async Task A_connection_is_kept_for_a_while_and_then_closed()
    {
        await using var rig = await SshRig.StartAsync(database, new SshOptions { ConnectSeconds = 30, IdleSeconds = 2 });
        await using var room = await DropbearClients.StartAsync(1, rig.Key.PublicLine, Ct, config: rig.Config);
        await using (await rig.ConnectAsync(room[0]))
            Assert.Equal(1, room[0].Logins);
        await using (await rig.ConnectAsync(room[0]))
            Assert.Equal(1, room[0].Logins);
        await Wait.UntilAsync("the connection is closed", () => room[0].Logins == 0);
        Assert.Equal(0, rig.Connections.Count);
    }

    [Fact]
    public async Task Who_gives_up_following_leaves_the_command_alone()
    {
        await using var rig = await SshRig.StartAsync(database);
        await using var room = await DropbearClients.StartAsync(1, rig.Key.PublicLine, Ct, config: rig.Config);
        await using var session = await rig.ConnectAsync(room[0]);
        room[0].Script = "echo begun; while [ ! -e /tmp/go ]; do sleep 0.05; done; echo done";
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in session.RunAsync("t", CommandLine.Parse("sync:1").Commands[0], 0, giveUp.Token))
                await giveUp.CancelAsync();
        });
        await File.WriteAllTextAsync(room[0].Temporary("go"), "", Ct);
        Assert.Equal(("begun\ndone\n", 0), await SshRig.FollowAsync(session, "t", "sync:1") is var (output, code) ? (Encoding.UTF8.GetString(output), code) : default);
    }
}
