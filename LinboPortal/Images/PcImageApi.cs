using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Images;
using LinboPortal.Jobs;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LinboPortal.Images;

/// <summary>Asks for an image of a PC.</summary>
internal sealed record PcImageBody(int System = 1, bool Qdiff = false, string? NewName = null, string? Comment = null, bool Confirmed = false);

/// <summary>A finding of the checks; bytes or PCs that are there, and that are needed.</summary>
internal sealed record PcImageCheckDto(MakingFinding Finding, MakingWeight Weight, long There, long Needed);

/// <summary>What would happen.</summary>
internal sealed record PcImageSightDto(string Host, string Image, bool IsPossible, bool AtNextBoot, IReadOnlyList<PcImageCheckDto> Checks);

/// <summary>Images of PCs over HTTP.</summary>
internal static class PcImageApi
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var pcs = app.MapGroup("/api/v1/hosts/{host}/image").WithTags("Images").RequireAuthorization(Permission.JobsRunDangerous);
        pcs.MapGet("", CheckAsync).WithSummary("What stands against an image of this PC, and what it would replace");
        pcs.MapPost("", MakeAsync).Produces<JobMade>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status409Conflict)
            .WithSummary("Make an image of this PC and upload it, as a job; 409 names what is replaced and asks for \"confirmed\"");
    }

    private static async Task<IResult> CheckAsync(
        string host, PcImageReads reads, HttpContext http, CancellationToken ct, int system = 1, bool qdiff = false, string? newName = null) =>
        await reads.ReadAsync(http.User.ToPerson(), new PcImageOrder(host, system, qdiff, Named(newName)), ct) is { } sight
            ? TypedResults.Ok(new PcImageSightDto(sight.Host, sight.Image, !sight.IsStopped, sight.Facts.AtNextBoot, Dtos(sight.Checks)))
            : NotFound();

    private static async Task<IResult> MakeAsync(
        string host, PcImageBody body, PcImageOrders orders, JobAnswers answers, HttpContext http, CancellationToken ct) =>
        await orders.SendAsync(
            http.User.ToPerson(), new PcImageOrder(host, body.System, body.Qdiff, Named(body.NewName), body.Comment ?? ""), body.Confirmed, ct) switch
        {
            PcImageOutcome.OfJob(var outcome) => answers.Of(outcome),
            PcImageOutcome.NotFound => NotFound(),
            PcImageOutcome.BadComment => TypedResults.ValidationProblem(
                new Dictionary<string, string[]> { ["comment"] = ["At most 200 characters, without : , \" and \\."] }),
            PcImageOutcome.Refused(var checks) => TypedResults.Problem(
                string.Join(", ", checks.Select(c => c.Finding)), statusCode: StatusCodes.Status409Conflict, title: "Not possible now",
                extensions: new Dictionary<string, object?> { ["checks"] = Dtos(checks) }),
            PcImageOutcome.AsksForGroup(var group, var image, var pcs) => TypedResults.Problem(
                $"The start.conf of group {group} will name {image}.qcow2, for {pcs} PCs.", statusCode: StatusCodes.Status409Conflict, title: "Not confirmed"),
            PcImageOutcome.GroupConflict(var group) => TypedResults.Problem(
                $"The start.conf of group {group} was changed meanwhile, or has errors.", statusCode: StatusCodes.Status409Conflict),
            var other => throw new InvalidOperationException($"No answer for {other}."),
        };

    private static ProblemHttpResult NotFound() => TypedResults.Problem("There is no such PC, or this account does not see it.", statusCode: StatusCodes.Status404NotFound);

    private static IReadOnlyList<PcImageCheckDto> Dtos(IReadOnlyList<MakingCheck> checks) => [.. checks.Select(c => new PcImageCheckDto(c.Finding, c.Weight, c.Bytes, c.Needed))];

    private static string? Named(string? name) => string.IsNullOrWhiteSpace(name) ? null : name.Trim();
}
