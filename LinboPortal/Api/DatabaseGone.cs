using System.Net.Sockets;
using Npgsql;

namespace LinboPortal.Api;

/// <summary>Tells a database that is away for a moment from a mistake of ours.</summary>
internal static class DatabaseGone
{
    /// <summary>True where the cause is that PostgreSQL does not answer, or is starting or stopping.</summary>
    public static bool Explains(Exception? exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
            if (e is PostgresException { SqlState: ['5', '7', 'P', ..] or ['0', '8', ..] or ['5', '3', ..] } || (e is NpgsqlException and not PostgresException)
                || e is SocketException)
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
