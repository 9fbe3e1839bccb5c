using System.Net.Sockets;
using System.Text;
using LinboPortal.Core.Remote;
using Npgsql;

namespace LinboPortal.Api;

/// <summary>Tells a database that is away for a moment from a mistake of ours.</summary>
internal static class DatabaseGone
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// True where the cause is that PostgreSQL does not answer, is starting or stopping, has no disk space, cannot read or write its files, only reads
    /// for now, or does not let anybody into the database (it is being restored).
    /// </summary>
    public static bool Explains(Exception? exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is LinboClientException)
                return false; // a PC does not answer
            if (e is PostgresException
                {
                    SqlState: ['5', '7', 'P', ..] or ['0', '8', ..] or ['5', '3', ..] or ['5', '8', ..] or PostgresErrorCodes.ReadOnlySqlTransaction
                    or PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.ObjectNotInPrerequisiteState
                }
                || (e is NpgsqlException and not PostgresException) || e is SocketException)
                return true;
        }

        return false;
    }

    /// <summary>Asks until the database answers: work that has begun is not given up because it is away for a while.</summary>
    /// <param name="ask">May be called several times, also where PostgreSQL did it and could not say so.</param>
    /// <param name="time">Measures the pauses.</param>
    /// <param name="ct">Ends the waiting.</param>
    public static async Task<T> WaitAsync<T>(Func<CancellationToken, Task<T>> ask, TimeProvider time, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                return await ask(ct);
            }
            catch (Exception e) when (!ct.IsCancellationRequested && (Explains(e) || IsCollision(e)))
            {
                await Task.Delay(Pause, time, ct);
            }
        }
    }

    /// <summary>True where the database cannot hold what was sent: a NUL, half a character, a number beyond its range.</summary>
    public static bool Refuses(Exception? exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
            if (e is EncoderFallbackException or PostgresException
                {
                    SqlState: PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.UntranslatableCharacter or PostgresErrorCodes.NumericValueOutOfRange
                    or PostgresErrorCodes.InvalidRowCountInResultOffsetClause or PostgresErrorCodes.InvalidRowCountInLimitClause,
                })
                return true;
        return false;
    }

    /// <summary>True where PostgreSQL ended one of two transactions that waited for each other: the same again goes well.</summary>
    public static bool IsCollision(Exception? exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
            if (e is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure })
                return true;
        return false;
    }
}
