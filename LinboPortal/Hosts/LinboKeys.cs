using LinboPortal.Core.Accounts;
using LinboPortal.Core.Remote;
using LinboPortal.Infrastructure.Hosts;
using LinboPortal.Infrastructure.Persistence;
using LinboPortal.Infrastructure.Remote;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Hosts;

/// <summary>A host key that LINBO of this installation has.</summary>
/// <param name="Algorithm">For instance <c>ssh-ed25519</c>.</param>
/// <param name="Fingerprint">As <c>ssh-keygen -l</c> writes it, without <c>SHA256:</c>.</param>
/// <param name="File">Its file in the configuration directory; empty for one that was confirmed.</param>
/// <param name="ConfirmedBy">Account that confirmed it; empty for one of a file.</param>
/// <param name="ConfirmedAt">When it was confirmed.</param>
internal sealed record LinboKeyRow(string Algorithm, string Fingerprint, string File, string ConfirmedBy, DateTimeOffset? ConfirmedAt);

/// <summary>A PC that gets no commands because it showed a host key that nobody knows.</summary>
/// <param name="Host">Name of the PC.</param>
/// <param name="Address">Where the key was shown.</param>
/// <param name="Algorithm">For instance <c>ssh-ed25519</c>.</param>
/// <param name="Fingerprint">As <c>ssh-keygen -l</c> writes it, without <c>SHA256:</c>.</param>
/// <param name="SeenAt">When it was last shown.</param>
internal sealed record UnknownKeyRow(string Host, string Address, string Algorithm, string Fingerprint, DateTimeOffset SeenAt);

/// <summary>The host keys that LINBO of this installation has, and those that PCs show and nobody knows.</summary>
internal sealed class LinboKeys(IDbContextFactory<PortalDb> databases, KnownHostKeys files, TimeProvider time)
{
    private const string Prefix = "SHA256:";
    private const int Length = 43;

    /// <summary>The keys that are known.</summary>
    public async Task<IReadOnlyList<LinboKeyRow>> KnownAsync(Person person, CancellationToken ct)
    {
        if (!person.May(Permission.HostsRead))
            return [];
        await using var db = await databases.CreateDbContextAsync(ct);
        var confirmed = await db.ConfirmedHostKeys.OrderBy(k => k.ConfirmedAt).ToListAsync(ct);
        return [.. files.OfConfiguration().Select(k => new LinboKeyRow(k.Key.Algorithm, k.Key.Fingerprint, k.File, "", null)),
            .. confirmed.Select(k => new LinboKeyRow(k.Algorithm, k.Fingerprint, "", k.ConfirmedBy, k.ConfirmedAt))];
    }

    /// <summary>The PCs that showed a key that is not known, by name.</summary>
    /// <param name="person">Who asks.</param>
    /// <param name="host">Of this PC only; null for all that the person sees.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<IReadOnlyList<UnknownKeyRow>> UnknownAsync(Person person, Guid? host, CancellationToken ct)
    {
        if (!person.May(Permission.HostsRead))
            return [];
        await using var db = await databases.CreateDbContextAsync(ct);
        var rows = await db.Hosts.VisibleTo(person).Where(h => host == null || h.Id == host)
            .Join(db.RefusedHostKeys, h => h.Id, k => k.HostId, (h, k) => new { h.Name, k.Address, k.Algorithm, k.Fingerprint, k.SeenAt }).OrderBy(k => k.Name).ToListAsync(ct);
        return rows.ConvertAll(k => new UnknownKeyRow(k.Name, k.Address.ToString(), k.Algorithm, k.Fingerprint, k.SeenAt));
    }

    /// <summary>A fingerprint as people write it, without its prefix; null where it is none.</summary>
    public static string? Read(string? fingerprint)
    {
        var text = (fingerprint ?? "").Trim();
        text = (text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? text[Prefix.Length..] : text).TrimEnd('=');
        return text.Length == Length && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/') ? text : null;
    }

    /// <summary>Confirms that LINBO of this installation has the key: all PCs may show it.</summary>
    /// <returns>False where the person may not.</returns>
    public async Task<bool> ConfirmAsync(Person person, string fingerprint, CancellationToken ct)
    {
        if (!person.May(Permission.SystemEdit) || Read(fingerprint) is not { } print)
            return false;
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var algorithm = await db.RefusedHostKeys.Where(k => k.Fingerprint == print).Select(k => k.Algorithm).FirstOrDefaultAsync(ct) ?? "";
        await db.RefusedHostKeys.Where(k => k.Fingerprint == print).ExecuteDeleteAsync(ct);
        if (!await db.ConfirmedHostKeys.AnyAsync(k => k.Fingerprint == print, ct))
        {
            db.ConfirmedHostKeys.Add(new ConfirmedHostKey { Fingerprint = print, Algorithm = algorithm, ConfirmedAt = now, ConfirmedBy = person.UserName });
            db.Audit(person, now, AuditActions.HostKeyConfirm, Prefix + print);
            await db.SaveChangesAsync(ct);
        }

        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>Takes a confirmation back: no PC may show the key any more.</summary>
    /// <returns>False where the person may not, or nobody confirmed it.</returns>
    public async Task<bool> WithdrawAsync(Person person, string fingerprint, CancellationToken ct)
    {
        if (!person.May(Permission.SystemEdit) || Read(fingerprint) is not { } print)
            return false;
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await db.ConfirmedHostKeys.Where(k => k.Fingerprint == print).ExecuteDeleteAsync(ct) == 0)
            return false;
        // What was kept of PCs because of it goes too, so that none shows it unasked.
        await db.HostKeyPins.Where(p => p.Fingerprint == print).ExecuteDeleteAsync(ct);
        db.Audit(person, time.GetUtcNow(), AuditActions.HostKeyWithdraw, Prefix + print);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return true;
    }
}
