using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Images;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LinboPortal.Images;

/// <summary>Rules: how many versions by number and age in days; null = no such rule.</summary>
internal sealed record KeepBody(int? Last, int? Days);

/// <summary>What goes by the rules, and the room that comes free.</summary>
internal sealed record KeepPreviewDto(IReadOnlyList<string> Folders, long Bytes);

/// <summary>Applies rules; the folders are those of the preview, so that nothing else goes.</summary>
internal sealed record KeepApplyBody(int? Last, int? Days, IReadOnlyList<string>? Folders);

/// <summary>The rules of all images that have none of their own, and what goes of each image tonight.</summary>
internal sealed record KeepAllDto(int? Last, int? Days, long Bytes, IReadOnlyList<KeepGoingDto> Going);

/// <summary>What goes of an image.</summary>
internal sealed record KeepGoingDto(string Image, IReadOnlyList<string> Folders, long Bytes);

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

    /// <summary>The rules for all.</summary>
    public static void MapAll(IEndpointRouteBuilder app)
    {
        var keep = app.MapGroup("/api/v1/image-keep").WithTags("Images");
        keep.MapGet("", AllAsync).RequireAuthorization(Permission.ImagesRead).WithSummary("The rules of images without their own, and what goes tonight");
        keep.MapPut("", SetAllAsync).RequireAuthorization(Permission.ImagesEdit).WithSummary("Set the rules of images without their own");
        keep.MapPost("/apply", ApplyAllAsync).RequireAuthorization(Permission.ImagesEdit).WithSummary("Do now what is done each night");
    }

    private static async Task<IResult> AllAsync(KeepChoice choice, CancellationToken ct)
    {
        var (rules, going) = (await choice.DefaultAsync(ct), await choice.GoingAsync(null, null, ct));
        return TypedResults.Ok(new KeepAllDto(
            rules.Last, rules.Days, going.Sum(g => g.Bytes), [.. going.Select(g => new KeepGoingDto(g.Image, [.. g.Versions.Select(v => v.Folder)], g.Bytes))]));
    }

    private static async Task<IResult> SetAllAsync(KeepBody body, KeepChanges changes, HttpContext http, CancellationToken ct) =>
        Wrong(body) is { } wrong ? wrong : ImagesApi.Answer(await changes.SetDefaultAsync(http.User.ToPerson(), new KeepRules(body.Last, body.Days), ct));

    private static async Task<IResult> ApplyAllAsync(KeepChanges changes, HttpContext http, CancellationToken ct) =>
        await changes.ApplyAsync(http.User.ToPerson(), ct) is { } done ? TypedResults.Ok(done) : ImagesApi.Answer(ImageOutcome.Forbidden);

    private static ValidationProblem? Wrong(KeepBody body) => IsGood(body.Last) && IsGood(body.Days)
        ? null : TypedResults.ValidationProblem(new Dictionary<string, string[]> { [IsGood(body.Last) ? "days" : "last"] = [$"0 to {Most}"] });

    private static KeepRules? Rules(int? last, int? days) => last is null && days is null ? null : new KeepRules(last, days);

    private static bool IsGood(int? number) => number is null or (>= 0 and <= Most);

    private static async Task<IResult> SetAsync(string image, KeepBody body, ImageChanges changes, HttpContext http, CancellationToken ct) =>
        Wrong(body) is { } wrong ? wrong : ImagesApi.Answer(await changes.SetKeepAsync(http.User.ToPerson(), image, body.Last, body.Days, ct));

    private static async Task<IResult> PreviewAsync(
        string image, ImageChanges changes, HttpContext http, CancellationToken ct, int? last = null, int? days = null) =>
        await changes.PreviewAsync(http.User.ToPerson(), image, Rules(last, days), ct) is { } preview
            ? TypedResults.Ok(new KeepPreviewDto([.. preview.Versions.Select(v => v.Folder)], preview.Bytes))
            : ImagesApi.Answer(ImageOutcome.Gone);

    private static async Task<IResult> ApplyAsync(string image, KeepApplyBody body, ImageChanges changes, HttpContext http, CancellationToken ct) =>
        ImagesApi.Answer(await changes.ApplyKeepAsync(http.User.ToPerson(), image, Rules(body.Last, body.Days), body.Folders ?? [], ct));
}
