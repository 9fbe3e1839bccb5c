using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>Reads a file of a client over SSH; LINBO's dropbear knows no SFTP.</summary>
public sealed class ClientFiles(InstallationKey key, IOptions<SshOptions> options)
{
    /// <summary>Reads at most <paramref name="limit"/> bytes of a file.</summary>
    /// <param name="client">The client.</param>
    /// <param name="path">A path of ours: only letters, digits, <c>/ . _ -</c>.</param>
    /// <param name="limit">Bytes after which reading ends.</param>
    /// <param name="ct">Ends the connection.</param>
    /// <returns>The content and an empty string, or null and why not.</returns>
    public async Task<(byte[]? Content, string Reason)> ReadAsync(IPAddress client, string path, int limit, CancellationToken ct)
    {
        if (!path.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-'))
            throw new ArgumentException($"'{path}' is no path of a LINBO client.", nameof(path));
        if (!File.Exists(key.PrivatePath))
            return (null, key.Problem);
        try
        {
            using var file = new PrivateKeyFile(key.PrivatePath);
            using var ssh = new SshClient(new ConnectionInfo(client.ToString(), options.Value.Port, "root", new PrivateKeyAuthenticationMethod("root", file)));
            // All clients of an installation share their host key, and nothing of ours goes to them here.
            ssh.HostKeyReceived += (_, e) => e.CanTrust = true;
            await ssh.ConnectAsync(ct);
            using var command = ssh.CreateCommand($"cat {path}");
            var running = command.ExecuteAsync(ct);
            var content = await ReadAsync(command.OutputStream, limit, ct);
            if (content.Length < limit)
                await running;
            return command.ExitStatus is 0 or null ? (content, "") : (null, command.Error.Trim());
        }
        catch (Exception e) when (e is SshException or SocketException or IOException or OperationCanceledException)
        {
            return (null, e is OperationCanceledException ? $"port {options.Value.Port} did not answer in time" : e.Message);
        }
    }

    private static async Task<byte[]> ReadAsync(Stream stream, int limit, CancellationToken ct)
    {
        using var content = new MemoryStream();
        var buffer = new byte[16384];
        int count;
        while (content.Length < limit && (count = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, limit - content.Length)), ct)) > 0)
            content.Write(buffer, 0, count);
        return content.ToArray();
    }
}
