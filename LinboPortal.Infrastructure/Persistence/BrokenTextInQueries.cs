using System.Data.Common;
using LinboPortal.Core;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace LinboPortal.Infrastructure.Persistence;

/// <summary>
/// PostgreSQL refuses a NUL and half a character even in a comparison. Who searches for one finds nothing, instead of an error: in queries each is
/// replaced by a character that stands nowhere. What is written is never replaced; there the database's refusal stands.
/// </summary>
internal sealed class BrokenTextInQueries : DbCommandInterceptor
{
    public override InterceptionResult<DbDataReader> ReaderExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
    {
        Mend(command);
        return result;
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        Mend(command);
        return ValueTask.FromResult(result);
    }

    private static void Mend(DbCommand command)
    {
        if (!command.CommandText.AsSpan().TrimStart().StartsWith("SELECT", StringComparison.Ordinal))
            return;
        foreach (DbParameter parameter in command.Parameters)
        {
            if (parameter.Value is string text)
                parameter.Value = BrokenText.Replace(text);
            else if (parameter.Value is IList<string> texts && texts.Any(t => t is not null && BrokenText.IsIn(t)))
                parameter.Value = parameter.Value is string[]? texts.Select(BrokenText.Replace).ToArray() : texts.Select(BrokenText.Replace).ToList();
        }
    }
}
