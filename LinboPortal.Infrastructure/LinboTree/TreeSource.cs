using LinboPortal.Core.Boot;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace LinboPortal.Infrastructure.LinboTree;

/// <summary>What the tree is made from, and the lock that lets one portal at a time write it.</summary>
/// <param name="databases">Groups and hosts.</param>
/// <param name="connections">For the lock, which lives on a connection of its own.</param>
/// <param name="server">How GRUB reaches the portal.</param>
public sealed class TreeSource(IDbContextFactory<PortalDb> databases, NpgsqlDataSource connections, GrubServer server)
{
    // "tree" in ASCII; PortalMigrations has another one.
    private const long LockKey = 0x74726565;

    /// <summary>Waits until no other portal writes. Disposing the lock lets the next one go.</summary>
    internal async Task<IAsyncDisposable> LockAsync(CancellationToken ct)
    {
        var connection = await connections.OpenConnectionAsync(ct);
        try
        {
            // Bound to the transaction, so that closing the connection always frees it.
            var transaction = await connection.BeginTransactionAsync(ct);
            await using var command = new NpgsqlCommand($"select pg_advisory_xact_lock({LockKey})", connection, transaction) { CommandTimeout = 120 };
            await command.ExecuteNonQueryAsync(ct);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>What should be in the tree now.</summary>
    internal async Task<Dictionary<string, TreeEntry>> ReadAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var groups = await db.Groups.Where(g => g.StartConf != null).OrderBy(g => g.Name)
            .Select(g => new PlannedGroup(g.Name, g.StartConf!)).ToListAsync(ct);
        var hosts = await db.Hosts.Where(h => h.Group!.StartConf != null && (h.PxeFlag == "1" || h.PxeFlag == "2" || h.PxeFlag == "3"))
            .OrderBy(h => h.Id)
            .Select(h => new PlannedHost(h.Name, h.Group!.Name, h.Address, h.Macs.OrderBy(m => m.Position).Select(m => m.Mac).ToList()))
            .ToListAsync(ct);
        return TreePlan.Build(groups, hosts, server);
    }
}
