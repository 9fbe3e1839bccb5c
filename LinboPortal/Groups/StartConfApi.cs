using System.Globalization;
using System.Security.Claims;
using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.StartConf;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LinboPortal.Groups;

/// <summary>A saved text in lists.</summary>
internal sealed record RevisionItem(int Number, DateTimeOffset SavedAt, string SavedBy, string Note);

/// <summary>The revision that a text became.</summary>
internal sealed record SavedRevision(string Group, int Revision, bool Changed, IReadOnlyList<ProblemItem> Warnings);

/// <summary>What is wrong with a text.</summary>
internal sealed record Validation(bool Valid, IReadOnlyList<ProblemItem> Problems);

/// <summary>start.conf over HTTP: bytes in, bytes out. The entity tag is the revision's number.</summary>
internal static class StartConfApi
{
    private const string Plain = "text/plain";
    private const int MostRevisions = 200;

    public static void Map(IEndpointRouteBuilder app)
    {
        var groups = app.MapGroup("/api/v1/groups").WithTags("start.conf");
        groups.MapGet("/{group}/start-conf", GetAsync).RequireAuthorization(Permission.GroupsRead).Produces<string>(200, Plain).WithSummary("The current text, byte for byte");
        groups.MapPut("/{group}/start-conf", PutAsync).RequireAuthorization(Permission.GroupsEdit).Accepts<string>(Plain)
            .WithSummary("Save a text as a new revision; If-Match names the revision that it was made from");
        groups.MapPost("/validate", ValidateAsync).RequireAuthorization(Permission.GroupsRead).Accepts<string>(Plain).WithSummary("Check a text without saving it");
        groups.MapGet("/{group}/revisions", RevisionsAsync).RequireAuthorization(Permission.GroupsRead).WithSummary("Saved texts, newest first");
        groups.MapGet("/{group}/revisions/{number:int}", RevisionAsync).RequireAuthorization(Permission.GroupsRead).Produces<string>(200, Plain).WithSummary("One saved text, byte for byte");
        groups.MapPost("/{group}/revisions/{number:int}/restore", RestoreAsync).RequireAuthorization(Permission.GroupsEdit).WithSummary("Make an old text the current one, as a new revision");
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> GetAsync(
        string group, ClaimsPrincipal user, GroupReads reads, HttpResponse response, CancellationToken ct)
    {
        if (await reads.FindAsync(user.ToPerson(), group, ct) is not { } found)
            return GroupRefusals.NotFound(group);
        if (found.StartConf is not { } text)
        {
            response.Headers.ETag = Tag(0);
            return GroupRefusals.NotFound($"start.conf.{found.Name}");
        }

        response.Headers.ETag = Tag(found.Revision);
        return TypedResults.Bytes(StartConfWriter.Encode(text), "text/plain; charset=utf-8");
    }

    private static async Task<Results<Ok<SavedRevision>, ProblemHttpResult>> PutAsync(
        string group, HttpContext http, GroupSaves saves, GroupReads reads, GroupRefusals refusals, CancellationToken ct, string? note = null)
    {
        var person = http.User.ToPerson();
        if (await reads.FindAsync(person, group, ct) is not { } current)
            return GroupRefusals.NotFound(group);
        if (BaseOf(http.Request, current) is not { } from)
            return TypedResults.Problem("If-Match must name the revision that the text was made from, as GET tells in ETag, or *.", statusCode: StatusCodes.Status428PreconditionRequired);
        var (text, refusal) = await ReadAsync(http.Request, ct);
        if (text is null)
            return refusal!;
        var outcome = await saves.SaveAsync(person, group, text, from, note ?? "", ct);
        return Saved(outcome, text, http.Response, refusals, group);
    }

    private static async Task<Results<Ok<Validation>, ProblemHttpResult>> ValidateAsync(HttpRequest request, GroupRefusals refusals, CancellationToken ct, string? group = null)
    {
        var (text, refusal) = await ReadAsync(request, ct);
        if (text is null)
            return refusal!;
        var problems = StartConfRules.Check(StartConfReader.Read(text), group);
        return TypedResults.Ok(new Validation(!problems.Any(p => p.Severity == ProblemSeverity.Error), refusals.Items(problems)));
    }

    private static async Task<Results<Ok<IReadOnlyList<RevisionItem>>, ProblemHttpResult>> RevisionsAsync(
        string group, ClaimsPrincipal user, GroupReads reads, CancellationToken ct, int skip = 0, int take = 50)
    {
        if (await reads.FindAsync(user.ToPerson(), group, ct) is not { } found)
            return GroupRefusals.NotFound(group);
        var revisions = await reads.RevisionsAsync(found.Id, Math.Max(0, skip), Math.Clamp(take, 1, MostRevisions), ct);
        return TypedResults.Ok<IReadOnlyList<RevisionItem>>([.. revisions.Select(r => new RevisionItem(r.Number, r.SavedAt, r.SavedBy, r.Note))]);
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> RevisionAsync(
        string group, int number, ClaimsPrincipal user, GroupReads reads, CancellationToken ct) =>
        await reads.FindAsync(user.ToPerson(), group, ct) is { } found && await reads.RevisionAsync(found.Id, number, ct) is { } revision
            ? TypedResults.Bytes(StartConfWriter.Encode(revision.Text), "text/plain; charset=utf-8")
            : GroupRefusals.NotFound($"revision {number} of {group}");

    private static async Task<Results<Ok<SavedRevision>, ProblemHttpResult>> RestoreAsync(
        string group, int number, HttpContext http, GroupSaves saves, GroupReads reads, GroupRefusals refusals, CancellationToken ct)
    {
        var person = http.User.ToPerson();
        if (await reads.FindAsync(person, group, ct) is not { } current)
            return GroupRefusals.NotFound(group);
        var from = http.Request.Headers.IfMatch.Count == 0 ? current.Revision : BaseOf(http.Request, current) ?? -1;
        var outcome = await saves.RestoreAsync(person, group, number, from, ct);
        var text = (await reads.FindAsync(person, group, ct))?.StartConf ?? "";
        return Saved(outcome, text, http.Response, refusals, $"revision {number} of {group}");
    }

    private static Results<Ok<SavedRevision>, ProblemHttpResult> Saved(
        GroupOutcome outcome, string text, HttpResponse response, GroupRefusals refusals, string subject)
    {
        if (outcome is not GroupOutcome.Done done)
            return refusals.Of(outcome, subject);
        response.Headers.ETag = Tag(done.Revision);
        var warnings = StartConfRules.Check(StartConfReader.Read(text), done.Name);
        return TypedResults.Ok(new SavedRevision(done.Name, done.Revision, done.IsChanged, refusals.Items(warnings)));
    }

    private static string Tag(int revision) => string.Create(CultureInfo.InvariantCulture, $"\"{revision}\"");

    private static int? BaseOf(HttpRequest request, GroupDetail current) => request.Headers.IfMatch.ToString().Trim() switch
    {
        "" => null,
        "*" => current.Revision,
        var tag => int.TryParse(tag.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var revision) ? revision : -1,
    };

    private static async Task<(string? Text, ProblemHttpResult? Refusal)> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        using var content = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await request.Body.ReadAsync(buffer, ct)) > 0)
        {
            if (content.Length + count > GroupSaves.LongestText)
                return (null, GroupRefusals.TooLong());
            content.Write(buffer, 0, count);
        }

        return StartConfReader.TryDecode(content.GetBuffer().AsSpan(0, (int)content.Length), out var text)
            ? (text, null)
            : (null, TypedResults.Problem("The text is not UTF-8. Convert it first, for instance with iconv.", statusCode: StatusCodes.Status400BadRequest));
    }
}
