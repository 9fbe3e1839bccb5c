using LinboPortal.Core.Accounts;
using LinboPortal.Core.Hosts;
using LinboPortal.Dashboard;
using LinboPortal.Infrastructure.Hosts;
using LinboPortal.Infrastructure.Persistence;
using LinboPortal.Shell;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Boot;

/// <summary>PCs whose last boot did not come up.</summary>
internal sealed class BootAttention(IDbContextFactory<PortalDb> databases, IStringLocalizer<DashboardText> text, IStringLocalizer<BootTimelineText> words) : IAttentionSource
{
    private const int MostNames = 3;

    public async Task<IReadOnlyList<AttentionItem>> ReadAsync(Person person, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var failed = db.Hosts.VisibleTo(person).Where(h => h.BootsLinbo && h.Status!.Shown == HostState.Failed);
        var pcs = await failed.Select(h => new { h.Name, h.RoomId, h.Status!.BootFailure }).ToListAsync(ct);
        if (pcs.Count == 0)
            return [];
        pcs.Sort((a, b) => b.BootFailure!.At.CompareTo(a.BootFailure!.At));
        var at = pcs[0].BootFailure!.At;
        var reasons = pcs.Select(p => new BootWords(words).Problem(p.BootFailure!.ToProblem())).CountBy(r => r).OrderByDescending(r => r.Value).ToList();
        var names = string.Join(", ", pcs.Take(MostNames).Select(p => p.Name)) + (pcs.Count > MostNames ? " …" : "");
        return
        [
            new AttentionItem(
                $"boots:{at.UtcTicks}:{pcs.Count}",
                pcs.Count == 1 ? text["Boot", pcs[0].Name] : text["Boots", Sizes.Count(pcs.Count)],
                pcs.Count == 1 ? reasons[0].Key : reasons.Count == 1 ? text["BootsWhySame", names, reasons[0].Key] : text["BootsWhy", names, Sizes.Count(reasons[0].Value), reasons[0].Key],
                pcs.Count == 1 ? $"/hosts/{Uri.EscapeDataString(pcs[0].Name)}" : person.Scope is Scope.All ? "/hosts?state=failed" : $"/rooms/{pcs[0].RoomId}?state=Failed",
                text[pcs.Count == 1 ? "BootDo" : "BootsDo"],
                Permission.HostsRead) { IsBroken = true, At = at },
        ];
    }
}
