using LinboPortal.Core.Accounts;
using LinboPortal.Dashboard;
using LinboPortal.Shell;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Hosts;

/// <summary>PCs that get no commands because nobody knows their SSH host key; one line for each key.</summary>
internal sealed class KeysAttention(LinboKeys keys, IStringLocalizer<DashboardText> text) : IAttentionSource
{
    private const int Most = 5;

    public async Task<IReadOnlyList<AttentionItem>> ReadAsync(Person person, CancellationToken ct) =>
    [
        .. (await keys.UnknownAsync(person, null, ct)).GroupBy(k => k.Fingerprint).OrderByDescending(g => g.Count()).Take(Most).Select(g => new AttentionItem(
            $"hostkey:{g.Key}", g.Count() == 1 ? text["HostKey", g.First().Host] : text["HostKeys", g.First().Host, Sizes.Count(g.Count() - 1)], text["HostKeyWhy", $"SHA256:{g.Key}", g.First().Address],
            $"/hosts/{Uri.EscapeDataString(g.First().Host)}", text["HostKeyDo"], Permission.HostsRead) { IsBroken = true, At = g.Max(k => k.SeenAt) }),
    ];
}
