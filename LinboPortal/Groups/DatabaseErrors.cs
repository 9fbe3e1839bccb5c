using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace LinboPortal.Groups;

/// <summary>What PostgreSQL refused.</summary>
internal static class DatabaseErrors
{
    extension(DbUpdateException exception)
    {
        /// <summary>True where a unique index has that value already.</summary>
        public bool IsDuplicate => exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

        /// <summary>True where another row still points to a deleted one.</summary>
        public bool IsInUse => exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.ForeignKeyViolation };
    }
}
