using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Images;

namespace LinboPortal.Images;

/// <summary>Room of an image.</summary>
internal sealed record ImageRoomDto(string Image, long Bytes, IReadOnlyList<VersionRoomDto> Versions);

/// <summary>Room of a version.</summary>
internal sealed record VersionRoomDto(string Folder, DateTimeOffset MadeAt, long Bytes, bool Pinned);

/// <summary>Where the space goes, and how long it lasts; no forecast where too few images came in lately.</summary>
internal sealed record ImageSpaceDto(
    long Total, long Free, long Reserve, long Images, long Other, long? BytesPerDay, int? DaysLeft, bool IsTight, IReadOnlyList<ImageRoomDto> ByImage);

/// <summary>A file in both versions; null where it is missing.</summary>
internal sealed record ComparedFileDto(string Name, ImageFileDto? Old, ImageFileDto? New, bool? IsSame);

/// <summary>Two versions side by side; texts that are the same are left out.</summary>
internal sealed record ImageComparisonDto(
    ImageVersionDto Old, ImageVersionDto New, IReadOnlyList<ComparedFileDto> Files, IReadOnlyList<ComparedText> Texts);

/// <summary>Room and comparison over HTTP.</summary>
internal static class ImageRoomApi
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/image-space", SpaceAsync).WithTags("Images").RequireAuthorization(Permission.ImagesRead).WithSummary("Where the space goes, and how long it lasts");
        app.MapGet("/api/v1/images/{image}/compare", CompareAsync).WithTags("Images").RequireAuthorization(Permission.ImagesRead)
            .WithSummary("Two versions side by side: folders \"old\" and \"new\", \"current\" for the current set");
    }

    private static async Task<IResult> SpaceAsync(ImageRooms rooms, HttpContext http, CancellationToken ct) =>
        await rooms.ReadAsync(http.User.ToPerson(), ct) is not { } sight ? TypedResults.Forbid()
        : TypedResults.Ok(new ImageSpaceDto(
            sight.View.Room.Total, sight.View.Room.Free, sight.View.Room.Reserve, sight.Used, sight.Other, sight.View.Forecast?.BytesPerDay,
            sight.View.Forecast?.DaysLeft, sight.View.IsTight,
            [.. sight.Images.Select(i => new ImageRoomDto(
                i.Image, i.Bytes, [.. i.Versions.Select(v => new VersionRoomDto(Folder(v.Folder), v.MadeAt, v.Bytes, v.Pinned))]))]));

    private static async Task<IResult> CompareAsync(
        string image, ImageCompare compare, HttpContext http, CancellationToken ct, string old = ImageVersionDto.Current, string @new = ImageVersionDto.Current)
    {
        if (await compare.ReadAsync(http.User.ToPerson(), image, Set(old), Set(@new), ct) is not { } found)
            return ImagesApi.Answer(ImageOutcome.Gone);
        var (a, b) = (ImageVersionDto.Of(found.Old), ImageVersionDto.Of(found.New));
        return TypedResults.Ok(new ImageComparisonDto(
            a, b, [.. found.Files.Select(f => new ComparedFileDto(f.Name, a.Files.FirstOrDefault(x => x.Name == f.Name), b.Files.FirstOrDefault(x => x.Name == f.Name), f.IsSame))],
            [.. found.Texts.Where(t => t.Old != t.New)]));
    }

    private static string Folder(string folder) => folder.Length == 0 ? ImageVersionDto.Current : folder;

    private static string Set(string folder) => folder == ImageVersionDto.Current ? ImageVersion.Current : folder;
}
