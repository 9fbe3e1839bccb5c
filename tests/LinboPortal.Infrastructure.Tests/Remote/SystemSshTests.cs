using System.Diagnostics;
using System.Net;
using LinboPortal.Core.Groups;
using LinboPortal.Core.Hosts;
using LinboPortal.Infrastructure.Remote;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Files = LinboPortal.Infrastructure.LinboTree.LinboTree;

namespace LinboPortal.Infrastructure.Tests.Remote;

/// <summary>Commands for Linux and Windows on PCs, with a real OpenSSH server.</summary>
public sealed class SystemSshTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private SystemKey key = null!;
    private OpenSshServer server = null!;
    private Guid host;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private SystemKeyPins Pins => new(database.Databases, TimeProvider.System);

    private SystemSsh Ssh => new(key, Pins, Options.Create(new SshOptions { ConnectSeconds = 10 }));

    private string Mark => folder.At("mark");

    public async ValueTask InitializeAsync()
    {
        key = new SystemKey(new Files(folder.At("tree"), folder.At("config"), folder.At("logs")), NullLogger<SystemKey>.Instance);
        await key.StartAsync(Ct);
        server = await OpenSshServer.StartAsync(folder, key.PublicLine, Ct);
        await using var db = await database.Databases.CreateDbContextAsync(Ct);
        var room = new Room { School = Host.DefaultSchool, Name = "r-" + Guid.CreateVersion7() };
        var pc = new Host { School = Host.DefaultSchool, Name = "h-" + Guid.CreateVersion7(), RoomId = room.Id };
        db.AddRange(room, pc);
        await db.SaveChangesAsync(Ct);
        host = pc.Id;
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_command_runs_as_the_user_with_the_portals_key_and_the_host_key_is_pinned()
    {
        Assert.Equal((SystemAnswer.Taken, ""), await TellAsync($"id -un > {Mark}"));
        Assert.Equal(Environment.UserName, (await File.ReadAllTextAsync(Mark, Ct)).Trim());
        Assert.Equal(server.Fingerprint, (await Pins.FindAsync(host, PcSystem.Linux, Ct))!.Fingerprint);
        Assert.Null(await Pins.FindAsync(host, PcSystem.Windows, Ct));
    }

    [Fact]
    public async Task An_error_is_told_with_its_code_and_words()
    {
        var (answer, detail) = await TellAsync("echo 'Interactive authentication required.' >&2; exit 4");
        Assert.Equal((SystemAnswer.Refused, "4: Interactive authentication required."), (answer, detail));
    }

    [Fact]
    public async Task A_system_that_goes_down_while_it_answers_has_taken_the_command()
    {
        // Ends the connection's own process, as a shutdown does.
        Assert.Equal(SystemAnswer.Taken, (await TellAsync($"touch {Mark}; kill -9 $PPID; sleep 5")).Answer);
        Assert.True(File.Exists(Mark));
    }

    [Fact]
    public async Task Another_host_key_is_refused_and_noted_and_nothing_is_sent()
    {
        await Pins.KeepAsync(host, PcSystem.Linux, new ShownHostKey("ssh-ed25519", "anotherKey"), Ct);
        Assert.Equal(SystemAnswer.HostKeyChanged, (await TellAsync($"touch {Mark}")).Answer);
        Assert.False(File.Exists(Mark));
        await using var db = await database.Databases.CreateDbContextAsync(Ct);
        Assert.Equal(server.Fingerprint, (await db.SystemKeyPins.SingleAsync(p => p.HostId == host, Ct)).OtherFingerprint);
    }

    [Fact]
    public async Task A_key_that_is_not_there_is_refused_and_a_port_that_is_closed_is_unreachable()
    {
        await File.WriteAllTextAsync(server.AuthorizedKeys, "", Ct);
        Assert.Equal(SystemAnswer.KeyRefused, (await TellAsync($"touch {Mark}")).Answer);
        await server.DisposeAsync();
        Assert.Equal(SystemAnswer.Unreachable, (await TellAsync($"touch {Mark}")).Answer);
        Assert.False(File.Exists(Mark));
    }

    private Task<(SystemAnswer Answer, string Detail)> TellAsync(string command) =>
        Ssh.RunAsync(new SystemAddress(host, "pc", IPAddress.Loopback, PcSystem.Linux, Environment.UserName, server.Port), command, Ct);

    /// <summary>An OpenSSH server of the test's own.</summary>
    private sealed class OpenSshServer : IAsyncDisposable
    {
        private readonly Process process;
        private bool isDisposed;

        private OpenSshServer(Process process, int port, string fingerprint, string keys) => (this.process, Port, Fingerprint, AuthorizedKeys) = (process, port, fingerprint, keys);

        public int Port { get; }

        public string Fingerprint { get; }

        public string AuthorizedKeys { get; }

        public static async Task<OpenSshServer> StartAsync(TemporaryFolder folder, string publicLine, CancellationToken ct)
        {
            Directory.CreateDirectory("/run/sshd"); // where it separates privileges
            var home = Directory.CreateDirectory(folder.At("sshd")).FullName;
            var (keys, hostKey) = (Path.Combine(home, "authorized_keys"), Path.Combine(home, "host"));
            await File.WriteAllTextAsync(keys, publicLine + "\n", ct);
            await RunAsync("ssh-keygen", ct, "-q", "-t", "ed25519", "-N", "", "-f", hostKey);
            var fingerprint = (await RunAsync("ssh-keygen", ct, "-l", "-f", hostKey)).Split(' ')[1]["SHA256:".Length..];
            var port = FreePort.Take();
            var config = Path.Combine(home, "config");
            await File.WriteAllTextAsync(config, $"Port {port}\nListenAddress 127.0.0.1\nHostKey {hostKey}\nAuthorizedKeysFile {keys}\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nPidFile none\n", ct);
            var start = new ProcessStartInfo("/usr/sbin/sshd") { ArgumentList = { "-D", "-e", "-f", config }, RedirectStandardError = true };
            var process = Process.Start(start)!;
            while (await process.StandardError.ReadLineAsync(ct) is { } line && !line.Contains("listening", StringComparison.Ordinal))
            {
                // Only the line that it answers matters.
            }

            _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
            Assert.False(process.HasExited);
            return new OpenSshServer(process, port, fingerprint, keys);
        }

        public async ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref isDisposed, true))
                return;
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        private static async Task<string> RunAsync(string program, CancellationToken ct, params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
            var output = await process.StandardOutput.ReadToEndAsync(ct);
            await process.WaitForExitAsync(ct);
            Assert.Equal(0, process.ExitCode);
            return output;
        }
    }
}
