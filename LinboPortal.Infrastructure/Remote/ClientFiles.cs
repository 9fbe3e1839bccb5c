using LinboPortal.Core.Remote;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>Reads a file of a client over SSH; LINBO's dropbear knows no SFTP.</summary>
public sealed class ClientFiles(SshConnections connections)
{
    /// <summary>Reads at most <paramref name="limit"/> bytes of a file.</summary>
    /// <param name="client">The client.</param>
    /// <param name="path">A path of ours: only letters, digits, <c>/ . _ -</c>.</param>
    /// <param name="limit">Bytes after which reading ends.</param>
    /// <param name="ct">Ends the connection.</param>
    /// <returns>The content and an empty string, or null and why not.</returns>
    public async Task<(byte[]? Content, string Reason)> ReadAsync(LinboAddress client, string path, int limit, CancellationToken ct)
    {
        var (content, reason, _) = await ReadOfBootAsync(client, path, limit, ct);
        return (content, reason);
    }

    /// <summary>As <see cref="ReadAsync"/>, and says which boot of the PC it was.</summary>
    internal async Task<(byte[]? Content, string Reason, string Boot)> ReadOfBootAsync(LinboAddress client, string path, int limit, CancellationToken ct)
    {
        if (!path.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-'))
            throw new ArgumentException($"'{path}' is no path of a LINBO client.", nameof(path));
        try
        {
            var connection = await connections.TakeAsync(client, ct);
            try
            {
                var answer = await connection.RunAsync($"head -c {limit} {path}", ct, limit: limit);
                return answer.ExitCode == 0 ? (answer.Output, "", connection.BootId) : (null, answer.Errors, connection.BootId);
            }
            finally
            {
                connections.Release(connection);
            }
        }
        catch (LinboClientException e)
        {
            return (null, e.Detail, "");
        }
        catch (OperationCanceledException)
        {
            return (null, "the PC did not answer in time", "");
        }
    }
}
