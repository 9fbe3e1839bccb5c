using LinboPortal.Core.Accounts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Accounts.Audit;

/// <summary>Reads the audit log, newest entries first.</summary>
internal sealed class AuditQueries(IDbContextFactory<PortalDb> databases, IStringLocalizer<AuditText> text)
{
    private const int MostWords = 12;
    private const int MostPersons = 500;
    private const int AtOnce = 1000;

    /// <summary>One page of entries, and how many there are.</summary>
    public async Task<(IReadOnlyList<AuditEntry> Rows, int Total)> ReadAsync(Person person, AuditFilter filter, int skip, int take, CancellationToken ct)
    {
        if (!person.May(Permission.AuditRead))
            return ([], 0);
        await using var db = await databases.CreateDbContextAsync(ct);
        var entries = Matching(db, filter);
        return (await Newest(entries).Skip(skip).Take(take).ToListAsync(ct), await entries.CountAsync(ct));
    }

    /// <summary>All entries, a few at a time.</summary>
    public async IAsyncEnumerable<AuditEntry> AllAsync(Person person, AuditFilter filter, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        if (!person.May(Permission.AuditRead))
            yield break;
        await using var db = await databases.CreateDbContextAsync(ct);
        AuditEntry? last = null;
        while (true)
        {
            var (at, id) = (last?.At, last?.Id);
            var rest = last is null ? Matching(db, filter) : Matching(db, filter).Where(a => a.At < at || (a.At == at && a.Id < id));
            var rows = await Newest(rest).Take(AtOnce).ToListAsync(ct);
            foreach (var row in rows)
                yield return row;
            if (rows.Count < AtOnce)
                yield break;
            last = rows[^1];
        }
    }

    /// <summary>Who stands in the log, for choosing.</summary>
    public async Task<IReadOnlyList<string>> PersonsAsync(Person person, CancellationToken ct)
    {
        if (!person.May(Permission.AuditRead))
            return [];
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.AuditEntries.Select(a => a.Person).Distinct().OrderBy(p => p).Take(MostPersons).ToListAsync(ct);
    }

    private static IOrderedQueryable<AuditEntry> Newest(IQueryable<AuditEntry> entries) => entries.OrderByDescending(a => a.At).ThenByDescending(a => a.Id);

    private IQueryable<AuditEntry> Matching(PortalDb db, AuditFilter filter)
    {
        IQueryable<AuditEntry> entries = db.AuditEntries;
        if (new[] { filter.Search, filter.Anywhere, filter.Person, filter.Subject, filter.Action }.Any(t => t?.Contains('\0', StringComparison.Ordinal) == true))
            return entries.Where(_ => false); // no text of the database has one, and it takes none
        if (filter.From?.ToUniversalTime() is { } from)
            entries = entries.Where(a => a.At >= from);
        if (filter.To?.ToUniversalTime() is { } to)
            entries = entries.Where(a => a.At < to);
        if (Trimmed(filter.Person) is { } name)
            entries = entries.Where(a => EF.Functions.ILike(a.Person, Escape(name)));
        if (Trimmed(filter.Subject) is { } subject)
            entries = entries.Where(a => EF.Functions.ILike(a.Subject, $"%{Escape(subject)}%"));
        if (Trimmed(filter.Action) is { } action)
            entries = entries.Where(a => a.Action == action || a.Action.StartsWith(action + "."));
        if (Trimmed(filter.Anywhere) is { } part)
        {
            var pattern = $"%{Escape(part)}%";
            entries = entries.Where(a => EF.Functions.ILike(a.Person, pattern) || EF.Functions.ILike(a.Action, pattern) || EF.Functions.ILike(a.Subject, pattern));
        }
        foreach (var word in Words(filter.Search))
            entries = WithWord(db, entries, word);
        return entries;
    }

    /// <summary>The words of a search; marks around them belong to the sentence and not to the word.</summary>
    private static IEnumerable<string> Words(string? search) => (search ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        .Select(w => w.Trim(':', ',', '.', ';', '→')).Where(w => w.Length > 0).Distinct().Take(MostWords);

    /// <summary>Entries that show a word: in the person's language, as the page says them.</summary>
    /// <remarks>Of a change from one record to another only what differs is shown, and so only that is searched.</remarks>
    private IQueryable<AuditEntry> WithWord(PortalDb db, IQueryable<AuditEntry> entries, string word)
    {
        string[] known = [.. AuditActions.All];
        string[] actions = [.. known.Where(a => text.TemplateOf(a).Contains(word, StringComparison.CurrentCultureIgnoreCase))];
        string[] labels = [.. text.Named("Detail.", word).Select(l => l.ToLowerInvariant())];
        string[] targets = [.. text.Named("Target.", word)];
        var values = text.Named("Value.", word);
        var pattern = $"%{Escape(word)}%";
        List<string> phrases = [pattern];
        if (text["CopyOf", ""].Value.Contains(word, StringComparison.CurrentCultureIgnoreCase))
            phrases.Add("copy of %");
        if (text["RestoreOf", ""].Value.Contains(word, StringComparison.CurrentCultureIgnoreCase))
            phrases.Add("restore of %");
        if (DateOnly.TryParse(word, out var day))
            phrases.Add($"%{day:yyyy-MM-dd}%");
        string[] patterns = [.. phrases];
        var showing = db.AuditEntries.FromSql(
            $"""
            select a.* from audit_entries a,
            lateral (select case when jsonb_typeof(a.details -> 'from') = 'object' and jsonb_typeof(a.details -> 'to') = 'object'
                then (select jsonb_object_agg(c.key, jsonb_build_object('from', a.details -> 'from' -> c.key, 'to', c.value))
                      from jsonb_each(a.details -> 'to') c where c.value is distinct from a.details -> 'from' -> c.key)
                else a.details end as details) shown
            where a.person ilike {pattern} or a.subject ilike {pattern} or a.action = any({actions})
               or (a.action ilike {pattern} and a.action <> all({known}))
               or (a.action = 'job.create' and split_part(a.subject, ':', 1) = any({targets}))
               or exists (select from jsonb_path_query(shown.details, 'strict $.**') v
                          where (jsonb_typeof(v) in ('string', 'number') and (v #>> array[]::text[] ilike any({patterns}) or v #>> array[]::text[] = any({values})))
                             or (jsonb_typeof(v) = 'object' and exists (
                                 select from jsonb_each(v) f
                                 where (lower(f.key) = any({labels}) or (f.key = 'Days' and 'weekdays' = any({labels}))) and f.value not in ('null', 'false', '""', '[]')
                                   and (f.key not in ('from', 'to') or (jsonb_typeof(f.value) = 'string' and v = a.details)))))
            """).Select(a => a.Id);
        return entries.Where(a => showing.Contains(a.Id));
    }

    private static string? Trimmed(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();

    // What people type is text, not a pattern.
    private static string Escape(string typed) => typed.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
}
