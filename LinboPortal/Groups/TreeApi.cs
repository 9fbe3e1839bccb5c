using System.Security.Claims;
using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Infrastructure.LinboTree;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LinboPortal.Groups;

/// <summary>How the tree is.</summary>
internal sealed record TreeResponse(DateTimeOffset? ProjectedAt, int Files, int Written, IReadOnlyList<DriftItem> Drifts, IReadOnlyList<string> Problems);

/// <summary>A file that somebody changed by hand.</summary>
internal sealed record DriftItem(string Path, string Kind, string? Group, bool CanTakeIn, string Found);

/// <summary>Both texts of a drift.</summary>
internal sealed record DriftTexts(string Path, string? Wanted, string? Found);

/// <summary>Which file, and which content the person saw (<c>found</c> of the list).</summary>
internal sealed record DriftDecision(string Path, string Found);

/// <summary>The LINBO tree over HTTP.</summary>
internal static class TreeApi
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var tree = app.MapGroup("/api/v1/tree").WithTags("LINBO tree");
        tree.MapGet("/drift", DriftAsync).RequireAuthorization(Permission.BootRead).WithSummary("Files that somebody changed by hand");
        tree.MapGet("/drift/texts", TextsAsync).RequireAuthorization(Permission.BootRead).WithSummary("Both texts of such a file");
        tree.MapPost("/drift/take-in", TakeInAsync).RequireAuthorization(Permission.BootEdit).RequireAuthorization(Permission.GroupsEdit)
            .WithSummary("Make the text on disk a new revision of the group's start.conf");
        tree.MapPost("/drift/replace", ReplaceAsync).RequireAuthorization(Permission.BootEdit).WithSummary("Put the portal's file over the one on disk");
        tree.MapPost("/project", ProjectAsync).RequireAuthorization(Permission.BootEdit).WithSummary("Write the tree now, looking at every file");
    }

    private static Ok<TreeResponse> DriftAsync(TreeProjection projection) => TypedResults.Ok(ToResponse(projection.State));

    private static async Task<Results<Ok<DriftTexts>, ProblemHttpResult>> TextsAsync(string path, TreeProjection projection, CancellationToken ct) =>
        await projection.ReadDriftAsync(path, ct) is { } texts
            ? TypedResults.Ok(new DriftTexts(texts.Drift.Path, texts.Wanted, texts.Found))
            : GroupRefusals.NotFound("drift at this path");

    private static async Task<Ok<TreeResponse>> ProjectAsync(TreeProjection projection, CancellationToken ct) =>
        TypedResults.Ok(ToResponse(await projection.RunAsync(isFull: true, ct)));

    private static async Task<Results<Ok<TreeResponse>, ProblemHttpResult>> TakeInAsync(
        DriftDecision body, ClaimsPrincipal user, TreeDecisions decisions, TreeProjection projection, GroupRefusals refusals, CancellationToken ct) =>
        Answer(await decisions.TakeInAsync(user.ToPerson(), body.Path, body.Found, ct), projection, refusals);

    private static async Task<Results<Ok<TreeResponse>, ProblemHttpResult>> ReplaceAsync(
        DriftDecision body, ClaimsPrincipal user, TreeDecisions decisions, TreeProjection projection, GroupRefusals refusals, CancellationToken ct) =>
        Answer(await decisions.ReplaceAsync(user.ToPerson(), body.Path, body.Found, ct), projection, refusals);

    private static Results<Ok<TreeResponse>, ProblemHttpResult> Answer(DriftOutcome outcome, TreeProjection projection, GroupRefusals refusals) => outcome switch
    {
        DriftOutcome.Done => TypedResults.Ok(ToResponse(projection.State)),
        DriftOutcome.NotFound => GroupRefusals.NotFound("drift at this path that could be dealt with so"),
        DriftOutcome.ChangedSince => TypedResults.Problem("The file changed again since. Look at it anew.", statusCode: StatusCodes.Status409Conflict),
        DriftOutcome.NoText => TypedResults.Problem("The file is not UTF-8 text. Convert or replace it.", statusCode: StatusCodes.Status400BadRequest),
        DriftOutcome.Refused(var refused) => refusals.Of(refused, "group"),
        _ => throw new InvalidOperationException($"No answer for {outcome}."),
    };

    private static TreeResponse ToResponse(TreeState state) => new(
        state.At, state.Files, state.Written, [.. state.Drifts.Select(d => new DriftItem(d.Path, d.Kind.ToString(), d.Group, d.CanTakeIn, d.Found))],
        [.. state.Problems.Select(p => p.Message)]);
}
