using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Images.Tasks;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Images.Work;

/// <summary>Work on an image. <c>size</c> is 0 while nobody knows it.</summary>
internal sealed record ImageTaskDto(
    Guid Id, ImageTaskKind Kind, string Image, string File, string Source, string Folder, ImageTaskState State, long Bytes, long Size, long Length, string By,
    DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, DateTimeOffset? ExpiresAt, ImageProblem Problem, string Detail)
{
    public static ImageTaskDto Of(ImageTask t) => new(
        t.Id, t.Kind, t.Image, t.File, t.Source, t.Folder, t.State, t.Bytes, t.Size, t.Length, t.By, t.CreatedAt, t.StartedAt, t.EndedAt, t.ExpiresAt, t.Problem,
        t.Detail);
}

/// <summary>
/// Work that is wanted: Duplicate and Rename with a target; Merge, Compact, Verify and Torrent without; Convert with the file of another format, which
/// goes once the result is verified where that is said. The folder is that of a version, or current.
/// </summary>
internal sealed record ImageTaskBody(ImageTaskKind Kind, string? Folder, string? Target, string? File = null, bool RemoveOriginal = false);

/// <summary>A disk file of another format that lies with an image; one that refers to other files cannot be converted.</summary>
internal sealed record ImageDiskDto(string File, string Format, long Size, DateTimeOffset ModifiedAt, bool RefersElsewhere);

/// <summary>What a rename would change.</summary>
internal sealed record RenamePreviewDto(IReadOnlyList<string> Groups);

/// <summary>Work on images over HTTP: what there is, how far, and stopping it.</summary>
internal static class ImageTaskApi
{
    private const int Most = 500;

    public static void Map(IEndpointRouteBuilder app)
    {
        var tasks = app.MapGroup("/api/v1/image-tasks").WithTags("Images");
        tasks.MapGet("", ListAsync).RequireAuthorization(Permission.ImagesRead).WithSummary("Work on images: what goes on first, then the newest");
        tasks.MapGet("/{id:guid}", GetAsync).RequireAuthorization(Permission.ImagesRead).WithSummary("One task");
        tasks.MapDelete("/{id:guid}", CancelAsync).RequireAuthorization(Permission.ImagesEdit).WithSummary("Stop a task; the image stays as it is");
        var images = app.MapGroup("/api/v1/images").WithTags("Images");
        images.MapPost("/{image}/tasks", BeginAsync).RequireAuthorization(Permission.ImagesEdit)
            .WithSummary("Duplicate, rename, merge, compact, verify an image, make its torrent, or make it of a disk file of another format");
        images.MapGet("/{image}/disks", Disks).RequireAuthorization(Permission.ImagesRead).WithSummary("Disk files of other formats that lie with an image");
        images.MapDelete("/{image}/disks/{file}", DeleteDiskAsync).RequireAuthorization(Permission.ImagesEdit).WithSummary("Delete such a file");
        images.MapGet("/{image}/tasks", OfImageAsync).RequireAuthorization(Permission.ImagesRead).WithSummary("Work on one image");
        images.MapGet("/{image}/rename", PreviewAsync).RequireAuthorization(Permission.ImagesRead).WithSummary("Groups whose start.conf a rename changes");
    }

    private static async Task<IResult> BeginAsync(
        string image, ImageTaskBody body, ImageWishes wishes, IStringLocalizer<ImageWorkText> text, HttpContext http, CancellationToken ct)
    {
        var folder = body.Folder is null or ImageVersionDto.Current ? ImageVersion.Current : body.Folder;
        var (task, refusal) = await wishes.BeginAsync(http.User.ToPerson(), new ImageWish(body.Kind, image, folder, body.Target, body.File, body.RemoveOriginal), ct);
        return refusal is not null ? TaskProblems.Of(text, refusal) : TypedResults.Accepted($"/api/v1/image-tasks/{task!.Id}", ImageTaskDto.Of(task));
    }

    private static Ok<List<ImageDiskDto>> Disks(string image, ImageFiles files) =>
        TypedResults.Ok(files.DisksOf(image).Select(d => new ImageDiskDto(d.File, d.Format, d.Size, d.ModifiedAt, d.RefersElsewhere)).ToList());

    private static async Task<IResult> DeleteDiskAsync(string image, string file, ImageChanges changes, HttpContext http, CancellationToken ct) =>
        ImagesApi.Answer(await changes.DeleteDiskAsync(http.User.ToPerson(), image, file, ct));

    private static Task<IResult> OfImageAsync(string image, ImageTasks tasks, CancellationToken ct, bool open = false) => ListAsync(tasks, ct, image, open);

    private static async Task<IResult> PreviewAsync(string image, ImageWishes wishes, CancellationToken ct) =>
        TypedResults.Ok(new RenamePreviewDto(await wishes.GroupsOfAsync(image, ct)));

    private static async Task<IResult> ListAsync(ImageTasks tasks, CancellationToken ct, string? image = null, bool open = false, int take = 100) =>
        TypedResults.Ok((await tasks.ListAsync(image, open, Math.Clamp(take, 1, Most), ct)).Select(ImageTaskDto.Of).ToList());

    private static async Task<IResult> GetAsync(Guid id, ImageTasks tasks, CancellationToken ct) =>
        await tasks.FindAsync(id, ct) is { } task ? TypedResults.Ok(ImageTaskDto.Of(task)) : NotThere();

    private static async Task<IResult> CancelAsync(Guid id, ImageTasks tasks, HttpContext http, CancellationToken ct) =>
        await tasks.CancelAsync(http.User.ToPerson(), id, ct) ? TypedResults.Accepted($"/api/v1/image-tasks/{id}") : NotThere();

    private static ProblemHttpResult NotThere() => TypedResults.Problem("There is no such task, or it is over.", statusCode: StatusCodes.Status404NotFound);
}
