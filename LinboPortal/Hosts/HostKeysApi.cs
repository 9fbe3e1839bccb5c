using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LinboPortal.Hosts;

/// <summary>PCs whose old host keys shall be forgotten, by name.</summary>
internal sealed record ForgetKeysBody(IReadOnlyList<string>? Hosts);

/// <summary>Names of PCs.</summary>
internal sealed record HostNames(IReadOnlyList<string> Hosts);

/// <summary><c>/api/v1/host-keys</c>.</summary>
internal static class HostKeysApi
{
    public static void MapHostKeysApi(this IEndpointRouteBuilder app)
    {
        var keys = app.MapGroup("/api/v1/host-keys").WithTags("Hosts").RequireAuthorization(Permission.HostsRead);
        keys.MapGet("/changed", ChangedAsync).WithSummary("The PCs that show another SSH host key than at first contact, and get no commands for it");
        keys.MapPost("/forget", ForgetAsync).RequireAuthorization(Permission.HostsEdit)
            .WithSummary("Forgets the old keys of PCs that show another one: the next contact is a first one again. Answers whose it were");
    }

    private static async Task<Ok<HostNames>> ChangedAsync(HostKeys keys, HttpContext http, CancellationToken ct) =>
        TypedResults.Ok(new HostNames([.. (await keys.ChangedAsync(http.User.ToPerson(), null, ct)).Select(c => c.Name)]));

    private static async Task<Results<Ok<HostNames>, ValidationProblem>> ForgetAsync(ForgetKeysBody body, HostKeys keys, HttpContext http, CancellationToken ct)
    {
        if (body.Hosts is not { Count: > 0 } names)
            return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["hosts"] = ["Name the PCs."] });
        var person = http.User.ToPerson();
        var changed = await keys.ChangedAsync(person, null, ct);
        List<Guid> meant = [.. changed.Where(c => names.Contains(c.Name, StringComparer.OrdinalIgnoreCase)).Select(c => c.Id)];
        return TypedResults.Ok(new HostNames(await keys.ForgetAsync(person, meant, ct)));
    }
}
