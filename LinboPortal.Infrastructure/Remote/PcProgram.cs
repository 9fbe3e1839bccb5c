using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using LinboPortal.Core.Remote;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Infrastructure.Processes;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>
/// A command on a PC with its own input, output and exit code, for people's tools (rsync, tar). OpenSSH's client carries it: between two pipes nobody
/// keeps in memory what the other end does not take. The key stays with the portal, and the host key must be the one that is known.
/// </summary>
public sealed class PcProgram : IAsyncDisposable
{
    private const string Alias = "pc";

    private readonly Process process;
    private readonly string knownHosts;

    private PcProgram(Process process, string knownHosts) => (this.process, this.knownHosts) = (process, knownHosts);

    /// <summary>What it reads.</summary>
    public Stream Input => process.StandardInput.BaseStream;

    /// <summary>What it writes to standard output.</summary>
    public Stream Output => process.StandardOutput.BaseStream;

    /// <summary>What it writes to standard error.</summary>
    public Stream Errors => process.StandardError.BaseStream;

    /// <summary>Starts a command in the PC's shell.</summary>
    /// <exception cref="LinboClientException">The PC cannot be reached, or LINBO does not run there.</exception>
    public static async Task<PcProgram> StartAsync(SshLogin login, LinboAddress client, string command, CancellationToken ct)
    {
        var hostKey = await ExamineAsync(login, client, ct);
        var knownHosts = Path.Combine(Path.GetTempPath(), $"linboportal-{Guid.CreateVersion7():N}");
        AtomicFile.Write(knownHosts, $"{Alias} {TypeOf(hostKey)} {Convert.ToBase64String(hostKey)}\n", AtomicFile.Private);
        try
        {
            return new PcProgram(await ProcessLauncher.StartAsync(new ProcessPlan("ssh", "ssh", Arguments(login, client, command, hostKey, knownHosts))), knownHosts);
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception)
        {
            File.Delete(knownHosts);
            throw new LinboClientException(LinboClientFailure.Unreachable, client.Host, $"ssh cannot be started: {e.Message} (apt-get install openssh-client)", e);
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code; 255 where the line broke.</returns>
    public async Task<int> EndAsync(CancellationToken ct)
    {
        await process.WaitForExitAsync(ct);
        return process.ExitCode;
    }

    /// <summary>Ends it where it still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None); // killed: it cannot stay
        process.Dispose();
        File.Delete(knownHosts);
    }

    /// <summary>By the portal's own connection: refusals have their reasons, a first contact is kept, and it is LINBO.</summary>
    private static async Task<byte[]> ExamineAsync(SshLogin login, LinboAddress client, CancellationToken ct)
    {
        var opened = await login.OpenAsync(client, ct);
        using (opened.Ssh)
        {
            await using var run = await SshCommandRun.StartAsync(opened.Ssh, client.Host, TaskScript.Identify, TimeProvider.System);
            if ((await run.FinishAsync(1024, SshConnections.Patience, ct)).ExitCode != 0)
                throw new LinboClientException(LinboClientFailure.NotLinbo, client.Host, "answers, but there is no /start.conf: another system runs");
        }

        return opened.HostKey;
    }

    // No agent, no forwarding, no other key, no configuration of anybody.
    private static IReadOnlyList<string> Arguments(SshLogin login, LinboAddress client, string command, byte[] hostKey, string knownHosts)
    {
        var type = TypeOf(hostKey);
        return
        [
            "-F", "/dev/null", "-T", "-a", "-x", "-i", login.KeyPath, "-p", login.PortOf(client).ToString(CultureInfo.InvariantCulture),
            "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none", "-o", "ClearAllForwardings=yes", "-o", "StrictHostKeyChecking=yes",
            "-o", $"UserKnownHostsFile={knownHosts}", "-o", "GlobalKnownHostsFile=/dev/null", "-o", $"HostKeyAlias={Alias}",
            "-o", $"HostKeyAlgorithms={(type == "ssh-rsa" ? "rsa-sha2-512,rsa-sha2-256,ssh-rsa" : type)}",
            "-o", "ConnectTimeout=8", "-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=3", "-o", "LogLevel=ERROR",
            "--", $"root@{client.Address}", command,
        ];
    }

    /// <summary>The first string of a key as it goes over the line names its type.</summary>
    private static string TypeOf(byte[] key) => Encoding.ASCII.GetString(key, 4, BinaryPrimitives.ReadInt32BigEndian(key));
}
