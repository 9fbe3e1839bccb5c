using System.Net;
using System.Net.Sockets;
using LinboPortal.Core.Groups;
using Microsoft.Extensions.Options;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>Where Linux or Windows on a PC answers, and as whom to log in.</summary>
public sealed record SystemAddress(Guid HostId, string Host, IPAddress Address, PcSystem System, string User, int Port);

/// <summary>What became of a command for Linux or Windows on a PC.</summary>
public enum SystemAnswer
{
    /// <summary>It was taken; a system that goes down need not say so.</summary>
    Taken,

    /// <summary>It ended with another code than 0.</summary>
    Refused,

    /// <summary>No SSH server answers.</summary>
    Unreachable,

    /// <summary>The portal's key is not accepted.</summary>
    KeyRefused,

    /// <summary>The host key is another than the one of first contact.</summary>
    HostKeyChanged,
}

/// <summary>Sends one command to Linux or Windows on a PC, with a key and pinned host keys of its own.</summary>
public sealed class SystemSsh(SystemKey key, SystemKeyPins pins, IOptions<SshOptions> options)
{
    private static readonly TimeSpan CommandTimeout = TimeSpan.FromSeconds(20);
    private const int LongestDetail = 300;

    /// <summary>Logs in and runs the command.</summary>
    /// <param name="pc">The PC.</param>
    /// <param name="command">As the group's settings have it; the system's own shell reads it.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>What became of it, and more in the words of the program that failed.</returns>
    public async Task<(SystemAnswer Answer, string Detail)> RunAsync(SystemAddress pc, string command, CancellationToken ct)
    {
        if (!File.Exists(key.PrivatePath))
            return (SystemAnswer.KeyRefused, "there is no SSH key for the systems of PCs");
        var known = await pins.FindAsync(pc.HostId, pc.System, ct);
        ShownHostKey? shown = null;
        using var file = new PrivateKeyFile(key.PrivatePath);
        using var ssh = new SshClient(Describe(pc, known, file));
        ssh.HostKeyReceived += (_, e) =>
        {
            shown = new ShownHostKey(e.HostKeyName, e.FingerPrintSHA256);
            e.CanTrust = known is null || known.Fingerprint == shown.Fingerprint;
        };
        try
        {
            using (var limit = CancellationTokenSource.CreateLinkedTokenSource(ct))
            {
                limit.CancelAfter(Patience);
                await ssh.ConnectAsync(limit.Token);
            }

            if (known is null && shown is not null && await pins.KeepAsync(pc.HostId, pc.System, shown, ct) is var kept && kept.Fingerprint != shown.Fingerprint)
                return await ChangedAsync(pc, kept, shown, ct);
        }
        catch (SshAuthenticationException e)
        {
            return (SystemAnswer.KeyRefused, e.Message);
        }
        catch (SshConnectionException) when (known is not null && shown is not null && known.Fingerprint != shown.Fingerprint)
        {
            return await ChangedAsync(pc, known, shown, ct);
        }
        catch (Exception e) when (e is SshException or SocketException or IOException or ObjectDisposedException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return (SystemAnswer.Unreachable, $"port {pc.Port} of {pc.Address}: {(e is OperationCanceledException ? $"no answer within {options.Value.ConnectSeconds} s" : e.Message)}");
        }

        return await TellAsync(ssh, command, ct);
    }

    private static async Task<(SystemAnswer Answer, string Detail)> TellAsync(SshClient ssh, string command, CancellationToken ct)
    {
        using var run = ssh.CreateCommand(command);
        SshOutput.Limit(run, _ => { }); // what goes beyond is dropped
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(CommandTimeout);
        try
        {
            await run.ExecuteAsync(limit.Token);
        }
        catch (Exception e) when (SshCommandRun.IsLoss(e) || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return (SystemAnswer.Taken, ""); // it goes down while it speaks; whether it did is seen by its ports
        }

        if (run.ExitStatus is null or 0)
            return (SystemAnswer.Taken, "");
        var errors = string.Concat(run.Error.Where(c => !char.IsControl(c) || c == ' ')).Trim();
        return (SystemAnswer.Refused, $"{run.ExitStatus}: {(errors.Length > LongestDetail ? errors[..LongestDetail] : errors)}");
    }

    private TimeSpan Patience => TimeSpan.FromSeconds(options.Value.ConnectSeconds);

    private ConnectionInfo Describe(SystemAddress pc, ShownHostKey? known, PrivateKeyFile file)
    {
        var info = new ConnectionInfo(pc.Address.ToString(), pc.Port, pc.User, new PrivateKeyAuthenticationMethod(pc.User, file)) { Timeout = Patience };
        // A PC has several keys: ask for the one that is known.
        if (known is not null && info.HostKeyAlgorithms.TryGetValue(known.Algorithm, out var how))
        {
            var others = info.HostKeyAlgorithms.Where(a => a.Key != known.Algorithm).ToList();
            info.HostKeyAlgorithms.Clear();
            info.HostKeyAlgorithms.Add(known.Algorithm, how);
            foreach (var (algorithm, other) in others)
                info.HostKeyAlgorithms.Add(algorithm, other);
        }

        return info;
    }

    private async Task<(SystemAnswer Answer, string Detail)> ChangedAsync(SystemAddress pc, ShownHostKey known, ShownHostKey shown, CancellationToken ct)
    {
        await pins.NoteOtherAsync(pc.HostId, pc.System, shown, ct);
        return (SystemAnswer.HostKeyChanged, $"shows the host key SHA256:{shown.Fingerprint}; known is SHA256:{known.Fingerprint}");
    }
}
