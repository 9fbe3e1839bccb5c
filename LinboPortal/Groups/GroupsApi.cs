using System.Security.Claims;
using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.StartConf;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LinboPortal.Groups;

/// <summary>A group in lists.</summary>
internal sealed record GroupItem(
    Guid Id, string School, string Name, int Hosts, int Revision, DateTimeOffset? SavedAt, IReadOnlyList<string> Systems, int Errors, int Warnings);

/// <summary>A page of groups.</summary>
internal sealed record GroupItems(IReadOnlyList<GroupItem> Items, int Total);

/// <summary>A group.</summary>
internal sealed record GroupResponse(
    Guid Id, string School, string Name, int Hosts, int Revision, DateTimeOffset? SavedAt, string? SavedBy, bool HasStartConf);

/// <summary>What a new group starts from: one of <c>startConf</c>, <c>copyOf</c>, <c>template</c>; none of them = [LINBO] alone.</summary>
internal sealed record NewGroup(string Name, string? StartConf = null, string? CopyOf = null, StartConfTemplate? Template = null);

/// <summary>A group's new name.</summary>
internal sealed record GroupName(string Name);

/// <summary>Groups over HTTP.</summary>
internal static class GroupsApi
{
    private const int MostItems = 500;

    public static void Map(IEndpointRouteBuilder app)
    {
        var groups = app.MapGroup("/api/v1/groups").WithTags("Groups");
        groups.MapGet("/", ListAsync).RequireAuthorization(Permission.GroupsRead).WithSummary("Groups, by name unless another order is asked for");
        groups.MapPost("/", CreateAsync).RequireAuthorization(Permission.GroupsEdit).WithSummary("Create a group");
        groups.MapGet("/{group}", GetAsync).RequireAuthorization(Permission.GroupsRead).WithSummary("A group by name or id");
        groups.MapPatch("/{group}", RenameAsync).RequireAuthorization(Permission.GroupsEdit).WithSummary("Rename a group, in its start.conf as well");
        groups.MapDelete("/{group}", DeleteAsync).RequireAuthorization(Permission.GroupsEdit)
            .WithSummary("Delete a group; hosts = none or the name of another group says what its PCs become");
    }

    private static async Task<Results<Ok<GroupItems>, ProblemHttpResult>> ListAsync(
        ClaimsPrincipal user, GroupReads reads, CancellationToken ct, string? search = null, GroupFilter filter = GroupFilter.All,
        GroupSort sort = GroupSort.Name, bool descending = false, int skip = 0, int take = 100)
    {
        var query = new GroupListQuery(search, filter, sort, descending, Math.Max(0, skip), Math.Clamp(take, 1, MostItems));
        var page = await reads.ListAsync(user.ToPerson(), query, ct);
        return TypedResults.Ok(new GroupItems([.. page.Lines.Select(ToItem)], page.Total));
    }

    private static async Task<Results<Ok<GroupResponse>, ProblemHttpResult>> GetAsync(string group, ClaimsPrincipal user, GroupReads reads, CancellationToken ct) =>
        await reads.FindAsync(user.ToPerson(), group, ct) is { } found ? TypedResults.Ok(ToResponse(found)) : GroupRefusals.NotFound(group);

    private static async Task<Results<Created<GroupResponse>, ProblemHttpResult>> CreateAsync(
        NewGroup body, ClaimsPrincipal user, GroupChanges changes, GroupReads reads, GroupRefusals refusals, CancellationToken ct)
    {
        var person = user.ToPerson();
        GroupSeed seed = body switch
        {
            { StartConf: { } text } => new GroupSeed.Text(text),
            { CopyOf: { Length: > 0 } original } => new GroupSeed.CopyOf(original),
            _ => new GroupSeed.Template(body.Template ?? new StartConfTemplate(IsUefi: true, HasWindows: false, HasLinux: false)),
        };
        if (body.StartConf?.Length > GroupSaves.LongestText)
            return GroupRefusals.TooLong();
        var outcome = await changes.CreateAsync(person, body.Name, seed, ct);
        return outcome is GroupOutcome.Done && await reads.FindAsync(person, body.Name, ct) is { } made
            ? TypedResults.Created($"/api/v1/groups/{Uri.EscapeDataString(made.Name)}", ToResponse(made))
            : refusals.Of(outcome, body.CopyOf ?? body.Name);
    }

    private static async Task<Results<Ok<GroupResponse>, ProblemHttpResult>> RenameAsync(
        string group, GroupName body, ClaimsPrincipal user, GroupChanges changes, GroupReads reads, GroupRefusals refusals, CancellationToken ct)
    {
        var person = user.ToPerson();
        var outcome = await changes.RenameAsync(person, group, body.Name, ct);
        return outcome is GroupOutcome.Done && await reads.FindAsync(person, body.Name, ct) is { } renamed
            ? TypedResults.Ok(ToResponse(renamed))
            : refusals.Of(outcome, group);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        string group, ClaimsPrincipal user, GroupChanges changes, GroupRefusals refusals, CancellationToken ct, string? hosts = null)
    {
        HostsBecome become = hosts switch
        {
            null or "" => new HostsBecome.Unsaid(),
            "none" => new HostsBecome.WithoutGroup(),
            _ => new HostsBecome.MembersOf(hosts),
        };
        var outcome = await changes.DeleteAsync(user.ToPerson(), group, become, ct);
        return outcome is GroupOutcome.Done ? TypedResults.NoContent() : refusals.Of(outcome, group);
    }

    private static GroupItem ToItem(GroupLine line)
    {
        var problems = line.Problems;
        var errors = problems.Count(p => p.Severity == ProblemSeverity.Error);
        return new GroupItem(
            line.Id, line.School, line.Name, line.Hosts, line.Revision, line.SavedAt,
            line.Document is { } document ? [.. document.OperatingSystems.Select(s => s.Name)] : [], errors, problems.Length - errors);
    }

    private static GroupResponse ToResponse(GroupDetail group) =>
        new(group.Id, group.School, group.Name, group.Hosts, group.Revision, group.SavedAt, group.SavedBy, group.StartConf is not null);
}
