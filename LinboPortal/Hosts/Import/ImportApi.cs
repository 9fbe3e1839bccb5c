using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Hosts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Hosts.Import;

/// <summary>What an import would do or did. Lists are cut at 1,000 entries; the counts are complete.</summary>
internal sealed record ImportDto(string Fingerprint, bool Applied, bool HasErrors, ImportCountsDto Counts)
{
    /// <summary>The number to send as <c>confirmedDeletes</c>, where more than a fifth of the PCs or all of a school would be deleted.</summary>
    public int? ConfirmDeletes { get; init; }

    public required IReadOnlyList<ImportHostDto> New { get; init; }

    public required IReadOnlyList<ImportHostDto> Changed { get; init; }

    public required IReadOnlyList<ImportHostDto> Missing { get; init; }

    public required IReadOnlyList<ImportGroupDto> Groups { get; init; }

    public required IReadOnlyList<SubnetChange> Subnets { get; init; }

    public required IReadOnlyList<string> Ignored { get; init; }

    public required IReadOnlyList<ImportIssueDto> Issues { get; init; }
}

/// <summary>How many of each.</summary>
internal sealed record ImportCountsDto(int New, int Changed, int Missing, int Deleted, int Unchanged, int Groups, int Subnets, int Errors, int Warnings);

/// <summary>A host of the import; with old and new values where it changes.</summary>
internal sealed record ImportHostDto(string School, string Name, string Room, IReadOnlyList<ImportChangeDto> Changes);

/// <summary>An old and a new value.</summary>
internal sealed record ImportChangeDto(string Field, string From, string To);

/// <summary>A group whose start.conf is new or changes.</summary>
internal sealed record ImportGroupDto(string Name, bool IsNew, IReadOnlyList<string> Diff);

/// <summary>Something about a file. Line 0 means the whole file.</summary>
internal sealed record ImportIssueDto(string File, int Line, int Column, string Severity, string Message);

/// <summary><c>/api/v1/import</c> and <c>/api/v1/export</c>.</summary>
internal static class ImportApi
{
    private const int MaxListed = 1000;
    private const long MaxRequest = 128 * 1024 * 1024;
    private const string Csv = "text/csv; charset=utf-8";

    public static void MapImportApi(this IEndpointRouteBuilder app)
    {
        var import = app.MapGroup("/api/v1/import").WithTags("Import").RequireAuthorization(Permission.HostsEdit)
            .WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(MaxRequest));
        import.MapPost("/preview", PreviewAsync).WithSummary("Says what files (multipart/form-data) would change: devices.csv, subnets.csv, start.conf.*");
        import.MapPost("/apply", ApplyAsync).WithSummary("Imports files, all or nothing; with the fingerprint of the preview, only what it showed; where many PCs would be deleted, confirmedDeletes names their number");
        var export = app.MapGroup("/api/v1/export").WithTags("Import").RequireAuthorization(Permission.HostsEdit);
        export.MapGet("/devices.csv", DevicesAsync).WithSummary("devices.csv of a school, byte for byte where nothing changed");
        export.MapGet("/subnets.csv", SubnetsAsync).WithSummary("subnets.csv");
        export.MapGet("/start.conf.{group}", StartConfAsync).WithSummary("start.conf of a group");
    }

    private static async Task<IResult> PreviewAsync(HttpRequest request, string? school, bool? deleteMissing, HostImport import, CancellationToken ct)
    {
        if (await FilesAsync(request, ct) is not { Count: > 0 } files)
            return NoFiles();
        var plan = await import.PreviewAsync(files, new ImportWishes(school, deleteMissing ?? false), ct);
        return TypedResults.Ok(DtoOf(plan, applied: false, request.HttpContext));
    }

    private static async Task<IResult> ApplyAsync(
        HttpRequest request, [AsParameters] ApplyParameters wanted, HostImport import, CancellationToken ct)
    {
        if (await FilesAsync(request, ct) is not { Count: > 0 } files)
            return NoFiles();
        var wishes = new ImportWishes(wanted.School, wanted.DeleteMissing ?? false, wanted.ConfirmedDeletes);
        switch (await import.ApplyAsync(request.HttpContext.User.ToPerson(), files, wishes, wanted.Fingerprint, progress: null, ct))
        {
            case ImportOutcome.Done(var plan):
                return TypedResults.Ok(DtoOf(plan, applied: true, request.HttpContext));
            case ImportOutcome.Refused(var plan):
                return Problem("The files have errors; nothing was imported.", StatusCodes.Status400BadRequest, plan);
            case ImportOutcome.Outdated(var plan):
                return Problem("The data or the files changed since the preview; nothing was imported.", StatusCodes.Status409Conflict, plan);
            case ImportOutcome.NumberNeeded(var plan):
                var text = request.HttpContext.RequestServices.GetRequiredService<IStringLocalizer<ImportText>>();
                return Problem(text["NumberNeeded.Api", plan.Deleted], StatusCodes.Status409Conflict, plan);
            default:
                return TypedResults.Forbid();
        }

        ProblemHttpResult Problem(string detail, int status, ImportPlan plan) => TypedResults.Problem(
            detail, statusCode: status, extensions: new Dictionary<string, object?> { ["preview"] = DtoOf(plan, applied: false, request.HttpContext) });
    }

    private static async Task<Results<FileContentHttpResult, NotFound>> DevicesAsync(string? school, HostExport export, CancellationToken ct)
    {
        var name = (school ?? Host.DefaultSchool).ToLowerInvariant();
        return await export.DevicesAsync(name, ct) is { } content
            ? TypedResults.File(content, Csv, DevicesCsv.FileNameOf(name))
            : TypedResults.NotFound();
    }

    private static async Task<FileContentHttpResult> SubnetsAsync(HostExport export, CancellationToken ct) =>
        TypedResults.File(await export.SubnetsAsync(ct), Csv, "subnets.csv");

    private static async Task<Results<FileContentHttpResult, NotFound>> StartConfAsync(
        string group, IDbContextFactory<PortalDb> databases, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var text = await db.Groups.Where(g => g.Name == group).Select(g => g.StartConf).FirstOrDefaultAsync(ct);
        return text is null
            ? TypedResults.NotFound()
            : TypedResults.File(Core.StartConf.StartConfWriter.Encode(text), "text/plain; charset=utf-8", $"start.conf.{group}");
    }

    private static async Task<List<ImportFile>?> FilesAsync(HttpRequest request, CancellationToken ct)
    {
        if (!request.HasFormContentType)
            return null;
        var form = await request.ReadFormAsync(ct);
        List<ImportFile> files = [];
        foreach (var file in form.Files)
        {
            using var content = new MemoryStream();
            await file.CopyToAsync(content, ct);
            files.Add(new ImportFile(Path.GetFileName(file.FileName), content.ToArray()));
        }

        return files;
    }

    private static ValidationProblem NoFiles() => TypedResults.ValidationProblem(new Dictionary<string, string[]>
    {
        ["files"] = ["Send devices.csv, subnets.csv or start.conf.* as multipart/form-data."],
    });

    private static ImportDto DtoOf(ImportPlan plan, bool applied, HttpContext http)
    {
        var text = http.RequestServices.GetRequiredService<ImportSentences>();
        return new ImportDto(plan.Fingerprint, applied, plan.HasErrors, CountsOf(plan))
        {
            ConfirmDeletes = plan.NeedsNumber ? plan.Deleted : null,
            New = [.. plan.New.Take(MaxListed).Select(n => new ImportHostDto(n.School, n.Device.Name, n.Device.Room, []))],
            Changed = [.. plan.Changed.Take(MaxListed).Select(c => new ImportHostDto(
                c.School, c.Name, c.Device.Room, [.. c.Changes.Select(f => new ImportChangeDto(HostFields.WireName(f.Field), f.From, f.To))]))],
            Missing = [.. plan.Missing.Take(MaxListed).Select(m => new ImportHostDto(m.School, m.Name, m.Room, []))],
            Groups = [.. plan.Groups.Select(g => new ImportGroupDto(g.Group, g.IsNew, [.. ImportDiff.Of(g)]))],
            Subnets = plan.Subnets,
            Ignored = plan.Ignored,
            Issues = [.. plan.Issues.Take(MaxListed).Select(i => new ImportIssueDto(
                i.File, i.Line, i.Column, i.IsWarning ? "warning" : "error", text.Of(i)))],
        };
    }

    private static ImportCountsDto CountsOf(ImportPlan plan) => new(
        plan.New.Count, plan.Changed.Count, plan.Missing.Count, plan.Deleted, plan.Unchanged, plan.Groups.Count, plan.Subnets.Count,
        plan.Issues.Count(i => !i.IsWarning), plan.Issues.Count(i => i.IsWarning));
}

/// <summary>The parameters of an import.</summary>
internal sealed record ApplyParameters
{
    public string? School { get; init; }

    public bool? DeleteMissing { get; init; }

    public string? Fingerprint { get; init; }

    public int? ConfirmedDeletes { get; init; }
}
