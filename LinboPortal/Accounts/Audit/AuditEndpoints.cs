using System.Text;
using LinboPortal.Core.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Accounts.Audit;

/// <summary>The audit log by REST, as JSON and as CSV.</summary>
internal static class AuditEndpoints
{
    private const int LargestPage = 500;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/audit", ListAsync).RequireAuthorization(Permission.AuditRead).WithTags("Accounts").WithName("ListAudit")
            .WithSummary("The audit log, newest first. q: words of the sentences in the language of Accept-Language; search: person, action and object.");
        app.MapGet("/api/v1/audit.csv", Csv).RequireAuthorization(Permission.AuditRead).WithTags("Accounts").WithName("ExportAudit")
            .WithSummary("The audit log as CSV, with the same filters.");
    }

    private static async Task<Ok<AuditPage>> ListAsync(
        [AsParameters] AuditParameters wanted, int? skip, int? take, int? page, AuditQueries audit, IStringLocalizer<AuditText> text, HttpContext http, CancellationToken ct)
    {
        var size = Math.Clamp(take ?? 100, 1, LargestPage);
        var first = page is > 1 and var number ? (int)Math.Min(int.MaxValue - (long)size, (number - 1L) * size) : Math.Max(0, skip ?? 0);
        var (rows, total) = await audit.ReadAsync(http.User.ToPerson(), wanted.ToFilter(), first, size, ct);
        return TypedResults.Ok(new AuditPage(
            [.. rows.Select(a => new AuditAnswer(a.At, a.Person, a.Action, a.Subject, a.Details) { Sentence = text.SentenceOf(a), Facts = text.DetailsOf(a) })], total));
    }

    private static PushStreamHttpResult Csv([AsParameters] AuditParameters wanted, AuditQueries audit, IStringLocalizer<AuditText> text, HttpContext http, CancellationToken ct)
    {
        var person = http.User.ToPerson();
        return TypedResults.Stream(
            async body =>
            {
                await using var writer = new StreamWriter(body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
                await writer.WriteAsync(AuditCsv.Head(text).AsMemory(), ct);
                await foreach (var entry in audit.AllAsync(person, wanted.ToFilter(), ct))
                    await writer.WriteAsync(AuditCsv.Row(text, entry).AsMemory(), ct);
            },
            "text/csv; charset=utf-8",
            "audit.csv");
    }
}

/// <summary>The filters of the audit log.</summary>
internal sealed record AuditParameters
{
    /// <summary>Words that an entry shows.</summary>
    public string? Q { get; init; }

    /// <summary>Part of the person, the action or the object.</summary>
    public string? Search { get; init; }

    /// <summary>User name.</summary>
    public string? Person { get; init; }

    /// <summary>Not before this time.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before this time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Part of the object's name.</summary>
    public string? Subject { get; init; }

    /// <summary>Name of the action, as host.update, or its noun alone.</summary>
    public string? Action { get; init; }

    internal AuditFilter ToFilter() => new() { Search = Q, Anywhere = Search, Person = Person, From = From, To = To, Subject = Subject, Action = Action };
}

/// <summary>A page of the audit trail.</summary>
internal sealed record AuditPage(IReadOnlyList<AuditAnswer> Items, int Total);

/// <summary>Who changed what.</summary>
internal sealed record AuditAnswer(DateTimeOffset At, string Person, string Action, string Subject, string? Details)
{
    /// <summary>The entry as a sentence.</summary>
    public string Sentence { get; init; } = "";

    /// <summary>What changed, in words.</summary>
    public IReadOnlyList<string> Facts { get; init; } = [];
}
