using System.Data.Common;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Monitoring.Logs;

/// <summary>Looks through the log for a person: a PC's lines are also those of servers, which know its address only.</summary>
internal sealed class LogSearch(LogTail tail, IDbContextFactory<PortalDb> databases)
{
    /// <summary>Completes a filter for <see cref="ReadAsync"/>.</summary>
    public async Task<LogFilter> PrepareAsync(LogFilter filter, CancellationToken ct) =>
        filter.Host.Length == 0 ? filter : filter with { Addresses = await AddressesAsync(filter.Host.ToLowerInvariant(), ct) };

    /// <summary>The lines that match.</summary>
    public Task<LogPage> ReadAsync(LogFilter filter, int count, LogPosition? before, LogPosition? after, CancellationToken ct) =>
        tail.ReadAsync(filter, count, before, after, ct);

    private async Task<IReadOnlyCollection<string>> AddressesAsync(string host, CancellationToken ct)
    {
        try
        {
            await using var db = await databases.CreateDbContextAsync(ct);
            var hosts = await db.Hosts.Where(h => h.Name == host).Select(h => new { h.Address, Seen = h.Status!.Address }).ToListAsync(ct);
            return [.. hosts.SelectMany(h => new[] { h.Address, h.Seen }).OfType<System.Net.IPAddress>().Select(a => a.ToString()).Distinct()];
        }
        catch (Exception e) when (e is DbException or InvalidOperationException)
        {
            return []; // the log is most wanted when something does not work
        }
    }
}
