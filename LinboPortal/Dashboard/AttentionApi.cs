using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LinboPortal.Dashboard;

/// <summary><c>/api/v1/attention</c>: what waits for a person, as the dashboard says it.</summary>
internal static class AttentionApi
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var attention = app.MapGroup("/api/v1/attention").WithTags("System").RequireAuthorization(Permission.HostsRead);
        attention.MapGet("", ListAsync).WithName("ListAttention").WithSummary("What needs attention: failed jobs and boots, messages not delivered, damaged images");
        attention.MapPost("seen", SeenAsync).WithName("MarkAttentionSeen").WithSummary("Puts a line aside for the signed-in account; what happens anew is shown again");
    }

    private static async Task<Ok<List<AttentionDto>>> ListAsync(AttentionQueries queries, HttpContext http, CancellationToken ct) =>
        TypedResults.Ok((await queries.ReadAsync(http.User.ToPerson(), ct)).Select(i => new AttentionDto(i.Key, i.Title, i.Why, i.Href, i.IsBroken, i.At)).ToList());

    private static async Task<Results<NoContent, ValidationProblem>> SeenAsync(SeenBody body, AttentionQueries queries, HttpContext http, CancellationToken ct)
    {
        if (body.Key is not { Length: > 0 and <= AttentionItem.LongestKey } key)
            return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["key"] = [$"1 to {AttentionItem.LongestKey} characters: the key of a line of GET /api/v1/attention."] });
        await queries.PutAsideAsync(http.User.ToPerson(), key, ct);
        return TypedResults.NoContent();
    }
}

/// <summary>Something that waits for a person.</summary>
/// <param name="Key">What it is about and when; the same thing happening anew has another key.</param>
/// <param name="Title">What is wrong, in the language of the request.</param>
/// <param name="Why">Why, and what helps.</param>
/// <param name="Href">The page on which it is settled.</param>
/// <param name="Broken">True for what does not work, false for what should be looked at.</param>
/// <param name="At">When it happened; null for what is so now.</param>
internal sealed record AttentionDto(string Key, string Title, string Why, string Href, bool Broken, DateTimeOffset? At);

/// <summary>The line that was seen.</summary>
/// <param name="Key">Its key.</param>
internal sealed record SeenBody(string? Key);
