using System.Security.Claims;
using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Infrastructure.Remote;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Groups;

/// <summary>The settings of a group for Linux and Windows on its PCs, and the key that belongs there.</summary>
internal sealed record GroupSystemsBody(IReadOnlyList<SystemAccessRow> Systems);

/// <summary>The line for <c>authorized_keys</c> of Linux and Windows on PCs.</summary>
internal sealed record SystemKeyResponse(string PublicKey);

/// <summary><c>/api/v1/groups/{group}/systems</c> and <c>/api/v1/system-key</c>.</summary>
internal static class GroupSystemsApi
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var systems = app.MapGroup("/api/v1/groups/{group}/systems").WithTags("Groups");
        systems.MapGet("/", GetAsync).RequireAuthorization(Permission.GroupsRead).WithSummary("How the portal logs in to Linux and Windows on the PCs of a group");
        systems.MapPut("/", PutAsync).RequireAuthorization(Permission.GroupsEdit)
            .WithSummary("Puts these settings in place of the old ones; a system that is not among them is not logged in to any more");
        app.MapGet("/api/v1/system-key", (SystemKey key) => TypedResults.Ok(new SystemKeyResponse(key.PublicLine))).WithTags("Groups")
            .RequireAuthorization(Permission.GroupsRead).WithSummary("The public key for authorized_keys of Linux and Windows on PCs");
    }

    private static async Task<Results<Ok<GroupSystemsBody>, ProblemHttpResult>> GetAsync(string group, ClaimsPrincipal user, GroupSystems systems, CancellationToken ct) =>
        await systems.FindAsync(user.ToPerson(), group, ct) is { } rows ? TypedResults.Ok(new GroupSystemsBody(rows)) : GroupRefusals.NotFound(group);

    private static async Task<Results<Ok<GroupSystemsBody>, ValidationProblem, ForbidHttpResult, ProblemHttpResult>> PutAsync(
        string group, GroupSystemsBody body, ClaimsPrincipal user, GroupSystems systems, IStringLocalizer<GroupsText> text, CancellationToken ct)
    {
        var person = user.ToPerson();
        return await systems.SaveAsync(person, group, body.Systems ?? [], ct) switch
        {
            SystemAccessSaved.Done => TypedResults.Ok(new GroupSystemsBody(await systems.FindAsync(person, group, ct) ?? [])),
            SystemAccessSaved.Forbidden => TypedResults.Forbid(),
            SystemAccessSaved.Invalid(var issues) => TypedResults.ValidationProblem(
                issues.GroupBy(i => i.Field).ToDictionary(g => g.Key, g => g.Select(i => text[$"Systems.Problem.{i.Problem}", i.Value].Value).ToArray())),
            _ => GroupRefusals.NotFound(group),
        };
    }
}
