using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Images;

namespace LinboPortal.Images;

/// <summary>Rules: how many versions by number and age in days; null = no such rule.</summary>
internal sealed record KeepBody(int? Last, int? Days);

/// <summary>What goes by the rules, and the room that comes free.</summary>
internal sealed record KeepPreviewDto(IReadOnlyList<string> Folders, long Bytes);

/// <summary>Applies rules; the folders are those of the preview, so that nothing else goes.</summary>
internal sealed record KeepApplyBody(int? Last, int? Days, IReadOnlyList<string>? Folders);

/// <summary>Which former versions are kept, over HTTP.</summary>
internal static class ImageKeepApi
{
    private const int Most = 36500;

    public static void Map(RouteGroupBuilder images)
    {
        images.MapPut("/{image}/keep", SetAsync).RequireAuthorization(Permission.ImagesEdit).WithSummary("Set an image's own rules");
        images.MapGet("/{image}/keep", PreviewAsync).RequireAuthorization(Permission.ImagesRead)
            .WithSummary("What would go, by the image's rules or by those of the query");
        images.MapPost("/{image}/keep/apply", ApplyAsync).RequireAuthorization(Permission.ImagesEdit).WithSummary("Delete what the preview showed");
    }

    private static KeepRules? Rules(int? last, int? days) => last is null && days is null ? null : new KeepRules(last, days);

    private static bool IsGood(int? number) => number is null or (>= 0 and <= Most);

    private static async Task<IResult> SetAsync(string image, KeepBody body, ImageChanges changes, HttpContext http, CancellationToken ct) =>
        !IsGood(body.Last) || !IsGood(body.Days)
            ? TypedResults.ValidationProblem(new Dictionary<string, string[]> { [IsGood(body.Last) ? "days" : "last"] = [$"0 to {Most}"] })
            : ImagesApi.Answer(await changes.SetKeepAsync(http.User.ToPerson(), image, body.Last, body.Days, ct));

    private static async Task<IResult> PreviewAsync(
        string image, ImageChanges changes, HttpContext http, CancellationToken ct, int? last = null, int? days = null) =>
        await changes.PreviewAsync(http.User.ToPerson(), image, Rules(last, days), ct) is { } preview
            ? TypedResults.Ok(new KeepPreviewDto([.. preview.Versions.Select(v => v.Folder)], preview.Bytes))
            : ImagesApi.Answer(ImageOutcome.Gone);

    private static async Task<IResult> ApplyAsync(string image, KeepApplyBody body, ImageChanges changes, HttpContext http, CancellationToken ct) =>
        ImagesApi.Answer(await changes.ApplyKeepAsync(http.User.ToPerson(), image, Rules(body.Last, body.Days), body.Folders ?? [], ct));
}
