using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Images.Tasks;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Images.Work;

/// <summary>
/// Resumable uploads by tus 1.0.0 with the extensions creation, expiration and termination, so that any tus client can send images. The file's
/// sum may be told by RFC 9530's Repr-Digest, at the beginning or with the last piece.
/// </summary>
internal static class ImageUploadApi
{
    private const string Address = "/api/v1/image-uploads";

    public static void Map(IEndpointRouteBuilder app)
    {
        var uploads = app.MapGroup(Address).WithTags("Images").RequireAuthorization(Permission.ImagesEdit).AddEndpointFilter(SpeakTusAsync);
        uploads.MapMethods("", [HttpMethods.Options], Options).WithSummary("What of tus is spoken");
        uploads.MapPost("", BeginAsync).WithSummary("Begin an upload: Upload-Length, Upload-Metadata with filename, and where known image, info and sha256");
        uploads.MapMethods("/{id:guid}", [HttpMethods.Head], LookAsync).WithSummary("How many bytes are there");
        uploads.MapPatch("/{id:guid}", AppendAsync).WithSummary("Send a piece from Upload-Offset on");
        uploads.MapDelete("/{id:guid}", EndAsync).WithSummary("Throw an upload away");
    }

    private static async ValueTask<object?> SpeakTusAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        http.Response.Headers[TusHeaders.Resumable] = TusHeaders.Version;
        http.Response.Headers.CacheControl = "no-store";
        if (HttpMethods.IsOptions(http.Request.Method))
            return await next(context);
        if (http.Request.Headers[TusHeaders.Resumable] == TusHeaders.Version)
        {
            return TusHeaders.Unknown(http.Request) is { } unknown
                ? TypedResults.Problem($"{unknown} belongs to an extension of tus that is not spoken here. Send without it: OPTIONS lists what is spoken.", statusCode: StatusCodes.Status400BadRequest)
                : await next(context);
        }

        http.Response.Headers["Tus-Version"] = TusHeaders.Version;
        return TypedResults.Problem($"Say {TusHeaders.Resumable}: {TusHeaders.Version}.", statusCode: StatusCodes.Status412PreconditionFailed);
    }

    private static NoContent Options(HttpContext http)
    {
        http.Response.Headers["Tus-Version"] = TusHeaders.Version;
        http.Response.Headers["Tus-Extension"] = "creation,expiration,termination";
        return TypedResults.NoContent();
    }

    private static async Task<IResult> BeginAsync(WebUploads uploads, IStringLocalizer<ImageWorkText> text, HttpContext http, CancellationToken ct)
    {
        // creation-with-upload is not spoken: who sends bytes here would think that they are kept.
        if (http.Request.ContentLength > 0 || http.Request.ContentType == TusHeaders.ContentType)
            return TypedResults.Problem("The first request takes no bytes: send them with PATCH.", statusCode: StatusCodes.Status400BadRequest);
        var said = TusHeaders.ReadMetadata(http.Request.Headers[TusHeaders.Metadata].ToString());
        var wish = new NewWebUpload(
            said.GetValueOrDefault("filename") ?? "", TusHeaders.Number(http.Request, TusHeaders.Length) ?? 0, said.GetValueOrDefault("image"),
            said.GetValueOrDefault("info"), TusHeaders.ReadDigest(http.Request.Headers[TusHeaders.Digest].ToString()) ?? said.GetValueOrDefault("sha256"));
        var (task, refusal) = await uploads.BeginAsync(http.User.ToPerson(), wish, ct);
        if (refusal is not null)
            return TaskProblems.Of(text, refusal);
        http.Response.Headers[TusHeaders.Expires] = TusHeaders.Date(task!.ExpiresAt!.Value);
        return TypedResults.Created($"{Address}/{task.Id}");
    }

    private static async Task<IResult> LookAsync(Guid id, WebUploads uploads, HttpContext http, CancellationToken ct)
    {
        if (await uploads.FindAsync(id, ct) is not { } task)
            return TypedResults.StatusCode(StatusCodes.Status404NotFound);
        http.Response.Headers[TusHeaders.Offset] = FormattableString.Invariant($"{task.Bytes}");
        http.Response.Headers[TusHeaders.Length] = FormattableString.Invariant($"{task.Length}");
        if (task is { State: ImageTaskState.Receiving, ExpiresAt: { } expires })
            http.Response.Headers[TusHeaders.Expires] = TusHeaders.Date(expires);
        return TypedResults.Ok();
    }

    private static async Task<IResult> AppendAsync(Guid id, WebUploads uploads, HttpContext http)
    {
        if (http.Request.ContentType != TusHeaders.ContentType)
            return TypedResults.Problem($"Send {TusHeaders.ContentType}.", statusCode: StatusCodes.Status415UnsupportedMediaType);
        if (TusHeaders.Number(http.Request, TusHeaders.Offset) is not { } offset)
            return TypedResults.Problem($"{TusHeaders.Offset} is missing.", statusCode: StatusCodes.Status400BadRequest);
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        try
        {
            var digest = TusHeaders.ReadDigest(http.Request.Headers[TusHeaders.Digest].ToString());
            var (outcome, bytes) = await uploads.AppendAsync(id, offset, http.Request.Body, digest, http.RequestAborted);
            http.Response.Headers[TusHeaders.Offset] = FormattableString.Invariant($"{bytes}");
            return Answer(outcome);
        }
        catch (BadHttpRequestException e)
        {
            return TypedResults.StatusCode(e.StatusCode); // too slow, or gone in the middle: what came is kept
        }
        catch (Exception e) when (e is IOException or OperationCanceledException && http.RequestAborted.IsCancellationRequested)
        {
            return TypedResults.StatusCode(StatusCodes.Status499ClientClosedRequest);
        }
    }

    private static IResult Answer(PieceOutcome outcome) => outcome switch
    {
        PieceOutcome.Kept => TypedResults.NoContent(),
        PieceOutcome.Gone => TypedResults.Problem("There is no such upload.", statusCode: StatusCodes.Status404NotFound),
        PieceOutcome.WrongOffset => TypedResults.Problem("The piece does not begin where the file ends.", statusCode: StatusCodes.Status409Conflict),
        PieceOutcome.Locked => TypedResults.Problem("Another piece is being sent.", statusCode: StatusCodes.Status423Locked),
        PieceOutcome.TooMuch => TypedResults.Problem("These are more bytes than were announced.", statusCode: StatusCodes.Status413PayloadTooLarge),
        PieceOutcome.NoSpace => TypedResults.Problem("The disk is full. What came is kept.", statusCode: StatusCodes.Status507InsufficientStorage),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
    };

    private static async Task<IResult> EndAsync(Guid id, ImageTasks tasks, HttpContext http, CancellationToken ct) =>
        await tasks.CancelAsync(http.User.ToPerson(), id, ct) ? TypedResults.NoContent() : Answer(PieceOutcome.Gone);
}
