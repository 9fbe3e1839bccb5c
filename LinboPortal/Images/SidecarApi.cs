using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Images;

namespace LinboPortal.Images;

/// <summary>A new text of a sidecar; <c>before</c> is the text that it follows on, so that nobody writes over somebody else's.</summary>
internal sealed record SidecarBody(string? Text, string? Before);

/// <summary>The text of a sidecar; null where there is none.</summary>
internal sealed record SidecarDto(string File, string? Text);

/// <summary>A text that a sidecar had; nobody saved what was found there.</summary>
internal sealed record SidecarRevisionDto(Guid Id, DateTimeOffset SavedAt, string SavedBy, string Text);

/// <summary>Description, registry patch and scripts of images over HTTP.</summary>
internal static class SidecarApi
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var sidecars = app.MapGroup("/api/v1/images/{image}/sidecars/{file}").WithTags("Images");
        sidecars.MapGet("", Get).RequireAuthorization(Permission.ImagesRead).WithSummary("The text of a desc, reg, postsync or prestart file");
        sidecars.MapPut("", SaveAsync).RequireAuthorization(Permission.ImagesEdit).WithSummary("Save a text; an empty one removes the file");
        sidecars.MapGet("/history", HistoryAsync).RequireAuthorization(Permission.ImagesRead).WithSummary("The texts that it had, newest first");
    }

    private static ImagePart? Part(string image, string file) =>
        ImagePart.TryParse(file, out var part) && part.Image.Value == image && ImageStore.IsEditable(part) ? part : null;

    private static IResult Get(string image, string file, ImageStore store) =>
        Part(image, file) is { } part ? TypedResults.Ok(new SidecarDto(file, store.ReadSidecar(part))) : ImagesApi.Answer(ImageOutcome.Gone);

    private static async Task<IResult> SaveAsync(string image, string file, SidecarBody body, ImageChanges changes, HttpContext http, CancellationToken ct) =>
        ImagesApi.Answer(Part(image, file) is { } part
            ? await changes.SaveSidecarAsync(http.User.ToPerson(), part, body.Text ?? "", body.Before, ct) : ImageOutcome.Gone);

    private static async Task<IResult> HistoryAsync(string image, string file, SidecarTexts texts, HttpContext http, CancellationToken ct) =>
        Part(image, file) is { } part
            ? TypedResults.Ok((await texts.ReadAsync(http.User.ToPerson(), part, ct)).Select(r => new SidecarRevisionDto(r.Id, r.SavedAt, r.SavedBy, r.Text)).ToList())
            : ImagesApi.Answer(ImageOutcome.Gone);
}
