using LinboPortal.Core.Accounts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Dashboard;

/// <summary>What waits for a person, from all parts of the portal, without what the person has put aside.</summary>
internal sealed partial class AttentionQueries(
    IDbContextFactory<PortalDb> databases, IEnumerable<IAttentionSource> sources, TimeProvider time, ILogger<AttentionQueries> log)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(90);

    /// <summary>All lines, what does not work first.</summary>
    public async Task<IReadOnlyList<AttentionItem>> ReadAsync(Person person, CancellationToken ct)
    {
        List<AttentionItem> items = [];
        foreach (var source in sources)
        {
            try
            {
                items.AddRange(await source.ReadAsync(person, ct));
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(source.GetType().Name, e.GetBaseException().Message);
            }
        }

        if (items.Count == 0)
            return items;
        await using var db = await databases.CreateDbContextAsync(ct);
        var keys = items.ConvertAll(i => i.Key);
        var seen = await db.SeenAttention.Where(s => s.UserName == person.UserName && keys.Contains(s.Key)).Select(s => s.Key).ToHashSetAsync(ct);
        return [.. items.Where(i => !seen.Contains(i.Key)).OrderByDescending(i => i.IsBroken)];
    }

    /// <summary>Puts a line aside for this person; what happens anew has another key and is shown again.</summary>
    public async Task PutAsideAsync(Person person, string key, CancellationToken ct)
    {
        if (!person.May(Permission.HostsRead) || key.Length is 0 or > AttentionItem.LongestKey || key.Any(char.IsControl))
            return;
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(ct);
        await db.SeenAttention.Where(s => s.UserName == person.UserName && s.SeenAt < now - Remembered).ExecuteDeleteAsync(ct);
        await db.Database.ExecuteSqlAsync($"INSERT INTO seen_attention (user_name, key, seen_at) VALUES ({person.UserName}, {key}, {now}) ON CONFLICT DO NOTHING", ct);
    }

    [LoggerMessage(LogLevel.Warning, "{Source} could not say what needs attention: {Reason}")]
    private partial void LogFailed(string source, string reason);
}
