using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Images;
using LinboPortal.Images.Work;
using LinboPortal.Infrastructure.Images;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace LinboPortal.Images;

/// <summary>An image in a list.</summary>
internal sealed record ImageItem(
    Guid Id, string Name, ImageState State, ImageProblem Problem, long Size, long DiskSize, DateTimeOffset? MadeAt, string Host, int Versions,
    IReadOnlyList<string> Groups);

/// <summary>A page of images.</summary>
internal sealed record ImageItems(IReadOnlyList<ImageItem> Items, int Total);

/// <summary>A file of a version. The sum is null while it was never read whole.</summary>
internal sealed record ImageFileDto(
    string Name, long Size, string Format, long? VirtualSize, string Timestamp, ImageState State, ImageProblem Problem, string Detail, string? Sha256,
    DateTimeOffset? VerifiedAt);

/// <summary>A version; the current one has the folder <c>current</c>.</summary>
internal sealed record ImageVersionDto(
    string Folder, DateTimeOffset MadeAt, ImageState State, ImageProblem Problem, long Size, long DiskSize, bool Pinned, string Note, string Host,
    IReadOnlyList<ImageFileDto> Files)
{
    public const string Current = "current";

    public static ImageVersionDto Of(ImageVersion v) => new(
        v.Folder.Length == 0 ? Current : v.Folder, v.MadeAt, v.State, v.Problem, v.Size, v.DiskSize, v.Pinned, v.Note, v.Host,
        [.. v.Files.Select(f => new ImageFileDto(
            f.Name, f.Size, f.Format, f.VirtualSize, f.Timestamp, f.State, f.Problem, f.Detail, f.Sha256, f.VerifiedAt))]);
}

/// <summary>A PC and the version that it has.</summary>
internal sealed record ImageHostDto(string Host, string Room, string File, string Timestamp, HostImageAction Action, DateTimeOffset At);

/// <summary>An upload.</summary>
internal sealed record ImageUploadDto(
    Guid Id, string File, string Address, string Host, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, UploadState State, ImageProblem Problem, string Detail);

/// <summary>An image.</summary>
internal sealed record ImageResponse(
    Guid Id, string Name, ImageState State, ImageProblem Problem, long Size, long DiskSize, DateTimeOffset? MadeAt, int? KeepLast, int? KeepDays,
    IReadOnlyList<ImageVersionDto> Versions, IReadOnlyList<string> Groups, IReadOnlyList<ImageHostDto> Hosts, IReadOnlyList<ImageUploadDto> Uploads);

/// <summary>What a person says about a version.</summary>
internal sealed record VersionBody(string? Note, bool? Pinned);

/// <summary>Images over HTTP.</summary>
internal static class ImagesApi
{
    private const int MostItems = 500;

    public static void Map(IEndpointRouteBuilder app)
    {
        var images = app.MapGroup("/api/v1/images").WithTags("Images");
        images.MapGet("", ListAsync).RequireAuthorization(Permission.ImagesRead).WithSummary("Images, by name unless another order is asked for");
        images.MapPost("/scan", Scan).RequireAuthorization(Permission.ImagesEdit).WithSummary("Read the tree anew, soon");
        images.MapGet("/{image}", GetAsync).RequireAuthorization(Permission.ImagesRead).WithSummary("An image with versions, groups, PCs and uploads");
        images.MapDelete("/{image}", DeleteAsync).RequireAuthorization(Permission.ImagesEdit)
            .WithSummary("Delete an image with all versions; one that groups use only with evenInUse=true");
        images.MapGet("/{image}/versions", VersionsAsync).RequireAuthorization(Permission.ImagesRead).WithSummary("The versions, the current one first");
        images.MapPatch("/{image}/versions/{folder}", DescribeAsync).RequireAuthorization(Permission.ImagesEdit).WithSummary("Write a note to a version, or pin it");
        images.MapDelete("/{image}/versions/{folder}", DeleteVersionAsync).RequireAuthorization(Permission.ImagesEdit).WithSummary("Delete a former version");
        images.MapPost("/{image}/versions/{folder}/restore", RestoreAsync).RequireAuthorization(Permission.ImagesEdit)
            .WithSummary("Put a former version back; the current one becomes a version");
        images.MapPost("/{image}/versions/{folder}/verify", VerifyAsync).RequireAuthorization(Permission.ImagesEdit)
            .WithSummary("Compare a version with the checksums of its intake");
        images.MapMethods("/{image}/versions/{folder}/files/{file}", [HttpMethods.Get, HttpMethods.Head], DownloadAsync)
            .RequireAuthorization(Permission.ImagesEdit).WithSummary("Download a file of a version; ranges, ETag, and where it is known the sum as Repr-Digest");
        ImageKeepApi.Map(images);
        app.MapGet("/api/v1/unusable-images", Unusable).WithTags("Images").RequireAuthorization(Permission.ImagesRead)
            .WithSummary("Image files in the tree that LINBO cannot use, why, and where it would look for them");
    }

    /// <summary>The answer to an outcome.</summary>
    public static IResult Answer(ImageOutcome outcome) => outcome switch
    {
        ImageOutcome.Done => TypedResults.NoContent(),
        ImageOutcome.Gone => TypedResults.Problem("There is no such image, version or file.", statusCode: StatusCodes.Status404NotFound),
        ImageOutcome.Forbidden => TypedResults.Forbid(),
        ImageOutcome.Busy => Refused("An upload of this image is being taken in. Try again in a while."),
        ImageOutcome.NotGood => Refused("The version is not whole, or does not fit the base that is there."),
        ImageOutcome.InUse => Refused("Groups use this image. Say evenInUse=true to delete it all the same."),
        ImageOutcome.Pinned => Refused("The version is pinned."),
        ImageOutcome.Conflict => Refused("It was changed meanwhile."),
        ImageOutcome.NoSpace => TypedResults.Problem("The disk of the images is full. Nothing was changed.", statusCode: StatusCodes.Status507InsufficientStorage),
        ImageOutcome.NotText => Refused("What is in the file is no text, or more than 256 KB: it is not edited here. Replace the file on the server."),
        ImageOutcome.NotInEncoding => TypedResults.Problem("The file is Latin-1, which has no such characters. Leave them out, or save the file as UTF-8 on the server first.", statusCode: StatusCodes.Status400BadRequest),
        ImageOutcome.BadText => TypedResults.Problem("The text holds NUL or half a character.", statusCode: StatusCodes.Status400BadRequest),
        ImageOutcome.TooLong => TypedResults.Problem("The text is too long.", statusCode: StatusCodes.Status400BadRequest),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
    };

    private static ProblemHttpResult Refused(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status409Conflict);

    private static string Folder(string folder) => folder == ImageVersionDto.Current ? ImageVersion.Current : folder;

    private static async Task<Ok<ImageItems>> ListAsync(
        ImageList list, HttpContext http, CancellationToken ct, string? search = null, bool problems = false, ImageSort sort = ImageSort.Name,
        bool descending = false, int skip = 0, int take = 100)
    {
        var query = new ImageQuery(search, problems, sort, descending, Math.Max(0, skip), Math.Clamp(take, 1, MostItems));
        var page = await list.ReadAsync(http.User.ToPerson(), query, ct);
        return TypedResults.Ok(new ImageItems(
            [.. page.Lines.Select(l => new ImageItem(
                l.Id, l.Name, l.State, l.Problem, l.Size, l.DiskSize, l.MadeAt, l.Host, l.Versions, [.. l.Groups.Select(g => g.Name)]))],
            page.Total));
    }

    private static async Task<IResult> GetAsync(string image, ImageList list, HttpContext http, CancellationToken ct) =>
        await list.FindAsync(http.User.ToPerson(), image, ct) is not { } found ? Answer(ImageOutcome.Gone)
        : TypedResults.Ok(new ImageResponse(
            found.Image.Id, found.Image.Name, found.Image.State, found.Image.Problem, found.Image.Size, found.Image.DiskSize, found.Image.MadeAt,
            found.Image.KeepLast, found.Image.KeepDays, [.. found.Versions.Select(ImageVersionDto.Of)], [.. found.Groups.Select(g => g.Name)],
            [.. found.Hosts.Select(h => new ImageHostDto(h.Name, h.Room, h.File, h.Timestamp, h.Action, h.At))],
            [.. found.Uploads.Select(u => new ImageUploadDto(
                u.Id, u.File, u.Address.ToString(), u.Host, u.StartedAt, u.EndedAt, u.State, u.Problem, u.Detail))]));

    private static async Task<IResult> VersionsAsync(string image, ImageList list, HttpContext http, CancellationToken ct) =>
        await list.FindAsync(http.User.ToPerson(), image, ct) is { } found
            ? TypedResults.Ok(found.Versions.Select(ImageVersionDto.Of).ToList()) : Answer(ImageOutcome.Gone);

    private static Ok<IReadOnlyList<UnusableFile>> Unusable(UnusableFiles files) => TypedResults.Ok(files.Read());

    private static Accepted Scan(ImageStore store)
    {
        store.Wish();
        return TypedResults.Accepted("/api/v1/images");
    }

    private static async Task<IResult> DeleteAsync(string image, ImageChanges changes, HttpContext http, CancellationToken ct, bool evenInUse = false) =>
        Answer(await changes.DeleteAsync(http.User.ToPerson(), image, evenInUse, ct));

    private static async Task<IResult> DescribeAsync(
        string image, string folder, VersionBody body, ImageChanges changes, HttpContext http, CancellationToken ct) =>
        Answer(await changes.DescribeAsync(http.User.ToPerson(), image, Folder(folder), body.Note, body.Pinned, ct));

    private static async Task<IResult> DeleteVersionAsync(string image, string folder, ImageChanges changes, HttpContext http, CancellationToken ct) =>
        Answer(await changes.DeleteVersionAsync(http.User.ToPerson(), image, Folder(folder), ct));

    private static async Task<IResult> RestoreAsync(string image, string folder, ImageChanges changes, HttpContext http, CancellationToken ct) =>
        Answer(await changes.RestoreAsync(http.User.ToPerson(), image, Folder(folder), ct));

    private static async Task<IResult> VerifyAsync(string image, string folder, ImageChanges changes, HttpContext http, CancellationToken ct) =>
        await changes.VerifyAsync(http.User.ToPerson(), image, Folder(folder), ct) is { } states ? TypedResults.Ok(states) : Answer(ImageOutcome.Gone);

    private static async Task<IResult> DownloadAsync(
        string image, string folder, string file, ImageStore store, ImageList list, HttpContext http, CancellationToken ct)
    {
        if (!ImagePart.TryParse(file, out var part) || part.Image.Value != image || store.PathOf(part, Folder(folder)) is not { } path)
            return Answer(ImageOutcome.Gone);
        var info = new FileInfo(path);
        var key = ImageStore.KeyOf(path);
        // The sum of what was there before a change would let two halves of two images be put together.
        var sum = await list.SumAsync(image, Folder(folder), file, key, ct);
        var tag = sum ?? key.Replace(':', '-');
        if (sum is not null)
            http.Response.Headers[TusHeaders.Digest] = TusHeaders.WriteDigest(sum);
        http.Response.Headers.CacheControl = "private, no-cache";
        return TypedResults.PhysicalFile(
            path, "application/octet-stream", file, info.LastWriteTimeUtc, new EntityTagHeaderValue($"\"{tag}\""), enableRangeProcessing: true);
    }
}
