using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Hosts;

/// <summary>A search to save.</summary>
/// <param name="Name">What it is called in <c>saved:NAME</c>.</param>
/// <param name="Query">Words, or what stands behind the question mark in the address of the list of PCs.</param>
/// <param name="IsShared">For everybody, which needs <c>hosts.edit</c>.</param>
internal sealed record SaveSearchBody(string? Name, string? Query, bool IsShared);

/// <summary>A saved search.</summary>
/// <param name="Target">The target of commands and schedules that means its PCs.</param>
internal sealed record SavedSearchDto(Guid Id, string Name, string Query, string Owner, bool IsShared, string Target);

/// <summary>Saved searches.</summary>
internal sealed record SavedSearchesDto(IReadOnlyList<SavedSearchDto> Items);

/// <summary><c>/api/v1/saved-searches</c>.</summary>
internal static class SavedSearchesApi
{
    public static void MapSavedSearchesApi(this IEndpointRouteBuilder app)
    {
        var searches = app.MapGroup("/api/v1/saved-searches").WithTags("Hosts").RequireAuthorization(Permission.HostsRead);
        searches.MapGet("", ListAsync).Produces<SavedSearchesDto>().WithSummary("The account's own saved searches and those that all have");
        searches.MapPost("", SaveAsync).Produces<SavedSearchDto>(StatusCodes.Status201Created).ProducesValidationProblem()
            .WithSummary("Saves a search of the list of PCs under a name; sharing it needs hosts.edit");
        searches.MapDelete("/{id:guid}", DeleteAsync).Produces(StatusCodes.Status204NoContent).WithSummary("Deletes an own one; a shared one needs hosts.edit");
    }

    private static async Task<IResult> ListAsync(SavedSearches searches, HttpContext http, CancellationToken ct) =>
        TypedResults.Ok(new SavedSearchesDto([.. (await searches.ListAsync(http.User.ToPerson(), ct)).Select(DtoOf)]));

    private static async Task<IResult> SaveAsync(
        SaveSearchBody body, SavedSearches searches, IStringLocalizer<HostsText> text, HttpContext http, CancellationToken ct) =>
        await searches.SaveAsync(http.User.ToPerson(), body.Name ?? "", body.Query ?? "", body.IsShared, ct) switch
        {
            SearchSaved.Done(var saved) => TypedResults.Created((string?)null, DtoOf(saved)),
            var refused => Refusal(text, refused),
        };

    private static async Task<IResult> DeleteAsync(Guid id, SavedSearches searches, IStringLocalizer<HostsText> text, HttpContext http, CancellationToken ct) =>
        await searches.DeleteAsync(http.User.ToPerson(), id, ct) switch
        {
            SearchSaved.Done => TypedResults.NoContent(),
            var refused => Refusal(text, refused),
        };

    private static IResult Refusal(IStringLocalizer<HostsText> text, SearchSaved refused) => refused switch
    {
        SearchSaved.Refused(var issues) => TypedResults.ValidationProblem(
            issues.GroupBy(i => i.Field, text.Sentence).ToDictionary(g => g.Key, g => g.ToArray()), detail: string.Join(" ", issues.Select(text.Sentence))),
        SearchSaved.Forbidden(var permission) => TypedResults.Problem(
            text["Saved.Forbidden", permission], statusCode: StatusCodes.Status403Forbidden, extensions: new Dictionary<string, object?> { ["permission"] = permission }),
        _ => TypedResults.Problem(text["Saved.Gone"], statusCode: StatusCodes.Status404NotFound),
    };

    private static SavedSearchDto DtoOf(SavedSearchRow s) => new(s.Id, s.Name, s.Query, s.Owner, s.IsShared, $"saved:{s.Name}");
}
