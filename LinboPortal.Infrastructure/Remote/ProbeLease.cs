using Npgsql;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>Lets one portal of several look at the hosts: an advisory lock, gone with the portal's connection.</summary>
internal sealed class ProbeLease(NpgsqlDataSource source) : IAsyncDisposable
{
    // "probe" in ASCII.
    private const long LockKey = 0x70726f6265;

    private readonly SemaphoreSlim gate = new(1, 1);
    private NpgsqlConnection? connection;

    /// <summary>True while this portal has the lease; asks for it where nobody has.</summary>
    public async Task<bool> HoldAsync(CancellationToken ct)
    {
        await gate.WaitAsync(ct);
        try
        {
            if (connection is not null)
            {
                await RunAsync("select true", ct);
                return true;
            }

            connection = await source.OpenConnectionAsync(ct);
            if (await RunAsync($"select pg_try_advisory_lock({LockKey})", ct))
                return true;
            await LetGoAsync();
            return false;
        }
        catch
        {
            await LetGoAsync();
            throw;
        }
        finally
        {
            gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await LetGoAsync();
        gate.Dispose();
    }

    private async Task<bool> RunAsync(string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(ct) is true;
    }

    private async Task LetGoAsync()
    {
        if (connection is not { } old)
            return;
        connection = null;
        try
        {
            // The pool would reset the connection only when it is used again.
            await using var command = new NpgsqlCommand("select pg_advisory_unlock_all()", old);
            await command.ExecuteNonQueryAsync(CancellationToken.None); // must not stay locked because somebody hurries
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            // The connection is gone, and the lock with it.
        }

        await old.DisposeAsync();
    }
}
