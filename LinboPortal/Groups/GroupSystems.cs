using System.Text.Json;
using System.Text.RegularExpressions;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Core.Groups;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Groups;

/// <summary>How the portal logs in to a system of a group's PCs.</summary>
/// <param name="System"><c>Linux</c> or <c>Windows</c>.</param>
/// <param name="User">User name on the PC that has the portal's key.</param>
/// <param name="Port">TCP port of its SSH server.</param>
/// <param name="HaltCommand">The command that shuts the PC down.</param>
/// <param name="RebootCommand">The command that restarts it.</param>
internal sealed record SystemAccessRow(PcSystem System, string User, int Port, string HaltCommand, string RebootCommand);

/// <summary>What is wrong with such settings: the field (<c>linux.user</c>) and a key of the text.</summary>
internal sealed record SystemAccessIssue(string Field, string Problem, string Value);

/// <summary>What became of settings that were to be saved.</summary>
internal abstract record SystemAccessSaved
{
    private SystemAccessSaved()
    {
    }

    /// <summary>Saved, or as they were.</summary>
    public sealed record Done : SystemAccessSaved;

    /// <summary>There is no such group.</summary>
    public sealed record NotFound : SystemAccessSaved;

    /// <summary>The person lacks the permission.</summary>
    public sealed record Forbidden : SystemAccessSaved;

    /// <summary>All that is wrong.</summary>
    public sealed record Invalid(IReadOnlyList<SystemAccessIssue> Issues) : SystemAccessSaved;
}

/// <summary>Settings by group for Linux and Windows on its PCs.</summary>
internal sealed partial class GroupSystems(IDbContextFactory<PortalDb> databases, PortalEvents events, TimeProvider time)
{
    private const int LongestCommand = 300;

    /// <summary>The settings of a group; null where there is no such group, or not for this person.</summary>
    public async Task<IReadOnlyList<SystemAccessRow>?> FindAsync(Person person, string nameOrId, CancellationToken ct)
    {
        if (!person.May(Permission.GroupsRead))
            return null;
        await using var db = await databases.CreateDbContextAsync(ct);
        return await GroupReads.Named(db, nameOrId).Include(g => g.Systems).FirstOrDefaultAsync(ct) is { } group ? Rows(group) : null;
    }

    /// <summary>Puts these settings in place of the old ones; a system that is not among them is not logged in to any more.</summary>
    public async Task<SystemAccessSaved> SaveAsync(Person person, string nameOrId, IReadOnlyList<SystemAccessRow> rows, CancellationToken ct)
    {
        if (!person.May(Permission.GroupsEdit))
            return new SystemAccessSaved.Forbidden();
        List<SystemAccessIssue> issues = [.. rows.SelectMany(Check), .. rows.GroupBy(r => r.System).Where(g => g.Count() > 1).Select(g => new SystemAccessIssue(FieldOf(g.Key, "system"), "Twice", g.Key.ToString()))];
        if (issues.Count > 0)
            return new SystemAccessSaved.Invalid(issues);
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await GroupReads.Named(db, nameOrId).Include(g => g.Systems).AsTracking().FirstOrDefaultAsync(ct) is not { } group)
            return new SystemAccessSaved.NotFound();
        var before = Rows(group);
        var after = rows.Select(r => r with { User = r.User.Trim(), HaltCommand = r.HaltCommand.Trim(), RebootCommand = r.RebootCommand.Trim() }).OrderBy(r => r.System).ToList();
        if (before.SequenceEqual(after))
            return new SystemAccessSaved.Done();
        group.Systems.RemoveAll(s => after.TrueForAll(r => r.System != s.System));
        foreach (var row in after)
        {
            var access = group.Systems.Find(s => s.System == row.System);
            if (access is null)
                group.Systems.Add(access = SystemAccess.Usual(group.Id, row.System));
            (access.User, access.Port, access.HaltCommand, access.RebootCommand) = (row.User, row.Port, row.HaltCommand, row.RebootCommand);
        }

        db.Audit(person, time.GetUtcNow(), AuditActions.GroupSystems, group.Name, JsonSerializer.Serialize(new { from = before, to = after }));
        await db.SaveChangesAsync(ct);
        events.Publish(new PortalEvent.GroupUpdated(group.Id, group.Name, group.Revision));
        return new SystemAccessSaved.Done();
    }

    private static List<SystemAccessRow> Rows(HostGroup group) =>
        [.. group.Systems.OrderBy(s => s.System).Select(s => new SystemAccessRow(s.System, s.User, s.Port, s.HaltCommand, s.RebootCommand))];

    private static IEnumerable<SystemAccessIssue> Check(SystemAccessRow row)
    {
        if (!Enum.IsDefined(row.System))
            yield return new SystemAccessIssue("system", "System", row.System.ToString());
        if (!UserName().IsMatch(row.User?.Trim() ?? ""))
            yield return new SystemAccessIssue(FieldOf(row.System, "user"), "User", row.User ?? "");
        if (row.Port is < 1 or > 65535)
            yield return new SystemAccessIssue(FieldOf(row.System, "port"), "Port", $"{row.Port}");
        if (!IsCommand(row.HaltCommand))
            yield return new SystemAccessIssue(FieldOf(row.System, "haltCommand"), "Command", row.HaltCommand ?? "");
        if (!IsCommand(row.RebootCommand))
            yield return new SystemAccessIssue(FieldOf(row.System, "rebootCommand"), "Command", row.RebootCommand ?? "");
    }

    private static bool IsCommand(string? text) => text?.Trim() is { Length: > 0 and <= LongestCommand } command && !command.Any(char.IsControl);

    private static string FieldOf(PcSystem system, string field) => $"{system.ToString().ToLowerInvariant()}.{field}";

    // As systems have them: also DOMAIN\user and user@domain.
    [GeneratedRegex(@"^[\p{L}\p{Nd}_][\p{L}\p{Nd}_.@\\ $-]{0,99}$")]
    private static partial Regex UserName();
}
