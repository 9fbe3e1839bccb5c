using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Persistence;

/// <summary>
/// Waits while the database is away. For what was done with files and must be written down: the files cannot be undone, and the rows must not go on
/// saying what was before.
/// </summary>
internal static class DatabaseOutage
{
    /// <summary>Ten minutes in all: after that the scan of the whole tree finds what is not written.</summary>
    private const int MostTries = 200;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    /// <summary>Writes down; again where the database fails.</summary>
    public static async Task WaitOutAsync(TimeProvider time, Func<Task> write, CancellationToken ct)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await write();
                return;
            }
            catch (Exception e) when (tries < MostTries && e is DbException or DbUpdateException or InvalidOperationException { InnerException: DbException })
            {
                await Task.Delay(Pause, time, ct);
            }
        }
    }
}
