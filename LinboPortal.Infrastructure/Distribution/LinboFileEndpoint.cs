using System.Net;
using LinboPortal.Core.Boot;
using LinboPortal.Infrastructure.Boot;
using LinboPortal.Infrastructure.LinboTree;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace LinboPortal.Infrastructure.Distribution;

/// <summary>
/// <c>/linbo/&lt;path&gt;</c>: the anonymous part of the LINBO tree over HTTP, for GRUB's kernel and initramfs.
/// GET and HEAD, ranges, a strong ETag. No listings, no secrets (<see cref="LinboTree.LinboTree.IsServable"/>).
/// </summary>
public sealed class LinboFileEndpoint(LinboTree.LinboTree tree, BootHttpAccess access, Action<BootObservation> report, TimeProvider time)
{
    /// <summary>Where the tree is mounted.</summary>
    public const string Prefix = "/linbo/";

    /// <summary>Maps the tree. Anonymous on purpose: a PC that boots has no account.</summary>
    /// <param name="routes">The application.</param>
    /// <param name="tree">The tree.</param>
    /// <param name="access">Who gets which files.</param>
    /// <param name="report">Takes one observation a download; must neither block nor throw.</param>
    /// <param name="time">The clock.</param>
    public static IEndpointConventionBuilder MapLinboFiles(
        IEndpointRouteBuilder routes, LinboTree.LinboTree tree, BootHttpAccess access, Action<BootObservation> report, TimeProvider time)
    {
        var endpoint = new LinboFileEndpoint(tree, access, report, time);
        return routes.MapMethods(Prefix + "{**path}", [HttpMethods.Get, HttpMethods.Head], endpoint.ServeAsync)
            .AllowAnonymous().ExcludeFromDescription().WithDisplayName("LINBO tree");
    }

    /// <summary>Answers one request.</summary>
    public async Task ServeAsync(HttpContext context)
    {
        if (!access.Allows(context))
        {
            // Not reported: a stranger writes nothing into the boots of PCs.
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        var requested = Requested(context);
        var startedAt = time.GetUtcNow();
        var began = time.GetTimestamp();
        TreeFile? found = null;
        if (!access.Allows(requested) || !tree.TryOpenServable(requested, out found))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            Report(BootStepOutcome.Refused, 0, null);
            return;
        }

        if (found is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            Report(BootStepOutcome.NotFound, 0, null);
            return;
        }

        using var file = new ServedFile(found);
        var sent = 0L;
        try
        {
            var complete = await AnswerAsync(context, file, count => sent += count);
            if (HttpMethods.IsGet(context.Request.Method))
                Report(complete ? BootStepOutcome.Served : Ended(byClient: true), sent, file.Length);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or UnauthorizedAccessException)
        {
            Report(Ended(context.RequestAborted.IsCancellationRequested), sent, file.Length);
            context.Abort();
        }

        // A connection that we had to end ourselves looks as if the client had gone.
        BootStepOutcome Ended(bool byClient) => byClient && !file.HasShrunk ? BootStepOutcome.Aborted : BootStepOutcome.Failed;

        void Report(BootStepOutcome outcome, long bytes, long? size) => report(new BootObservation(
            Plain(context.Connection.RemoteIpAddress), null, BootStepKind.Http, requested.TrimStart('/'), startedAt, time.GetElapsedTime(began),
            bytes, size, 0, outcome, context.Response.StatusCode is StatusCodes.Status200OK ? null : $"{context.Response.StatusCode}"));
    }

    private static async Task<bool> AnswerAsync(HttpContext context, ServedFile file, Action<int> sent)
    {
        var response = context.Response;
        response.Headers.ETag = file.ETag.ToString();
        response.Headers.LastModified = HeaderUtilities.FormatDate(file.ModifiedAt);
        response.Headers.AcceptRanges = "bytes";
        response.Headers.XContentTypeOptions = "nosniff";
        switch (Preconditions.Check(context.Request, file))
        {
            case PreconditionOutcome.NotModified:
                response.StatusCode = StatusCodes.Status304NotModified;
                return true;
            case PreconditionOutcome.Failed:
                response.StatusCode = StatusCodes.Status412PreconditionFailed;
                return true;
        }

        var isHead = HttpMethods.IsHead(context.Request.Method);
        if (isHead || !ByteRanges.TryRead(context.Request, file, out var ranges))
            return await WholeAsync(context, file, isHead, sent);
        if (ranges is [])
        {
            response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            response.Headers.ContentRange = $"bytes */{file.Length}";
            return true;
        }

        response.StatusCode = StatusCodes.Status206PartialContent;
        return ranges is [var only]
            ? await OneAsync(context, file, only, sent)
            : await ByteRanges.SendSeveralAsync(response, file, ranges, sent, context.RequestAborted);
    }

    private static async Task<bool> WholeAsync(HttpContext context, ServedFile file, bool isHead, Action<int> sent)
    {
        context.Response.ContentType = file.ContentType;
        context.Response.ContentLength = file.Length;
        return isHead || await file.SendAsync(context.Response, 0, file.Length, sent, context.RequestAborted);
    }

    private static async Task<bool> OneAsync(HttpContext context, ServedFile file, ByteRange range, Action<int> sent)
    {
        context.Response.ContentType = file.ContentType;
        context.Response.ContentLength = range.Length;
        context.Response.Headers.ContentRange = range.ContentRange(file.Length);
        return await file.SendAsync(context.Response, range.Start, range.Length, sent, context.RequestAborted);
    }

    private static string Requested(HttpContext context) =>
        context.Request.Path.Value is { } path && path.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? path[Prefix.Length..] : "";

    private static IPAddress? Plain(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
}
