using System.Collections.Concurrent;
using System.Text;
using LinboPortal.Core.Images;
using LinboPortal.Core.Remote;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>What a PC said of its cache.</summary>
/// <param name="WasAsked">False where it could not be asked.</param>
/// <param name="Room">Null where it could not be asked, or cannot mount its cache.</param>
public sealed record CacheAnswer(bool WasAsked, CacheRoom? Room);

/// <summary>Asks PCs that are in LINBO how much room their cache has. An answer is good for a short while: pages ask at each key.</summary>
public sealed class CacheLook(SshConnections connections, TimeProvider time)
{
    private const int LongestAnswer = 1024 * 1024;
    private static readonly TimeSpan Lately = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    private readonly ConcurrentDictionary<Guid, (long At, CacheAnswer Answer)> known = [];

    /// <summary>Asks; never fails, and never takes long.</summary>
    public async Task<CacheAnswer> AskAsync(LinboAddress client, CancellationToken ct)
    {
        foreach (var (id, old) in known)
        {
            if (time.GetElapsedTime(old.At) > Lately)
                known.TryRemove(id, out _);
        }

        if (known.TryGetValue(client.HostId, out var lately))
            return lately.Answer;
        var answer = await TryAskAsync(client, ct);
        known[client.HostId] = (time.GetTimestamp(), answer);
        return answer;
    }

    private async Task<CacheAnswer> TryAskAsync(LinboAddress client, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            var connection = await connections.TakeAsync(client, either.Token);
            try
            {
                var said = await connection.RunAsync(TaskScript.Cache, either.Token, limit: LongestAnswer, patience: Patience);
                return new CacheAnswer(true, said.ExitCode == 0 && CacheRoom.TryParse(Encoding.Latin1.GetString(said.Output), out var room) ? room : null);
            }
            finally
            {
                connections.Release(connection);
            }
        }
        catch (LinboClientException)
        {
            return new CacheAnswer(false, null);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new CacheAnswer(false, null);
        }
    }
}
