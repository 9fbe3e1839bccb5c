using System.ComponentModel.DataAnnotations;
using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Hosts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Hosts;

/// <summary>An unknown PC.</summary>
internal sealed record NewPcDto(
    string Mac, string? Address, string Firmware, DateTimeOffset FirstSeenAt, DateTimeOffset LastSeenAt, int Boots, bool Ignored, NewPcWishDto? Registered);

/// <summary>What somebody registered at the PC: a proposal.</summary>
internal sealed record NewPcWishDto(string Name, string Room, string Group, string? Address, string Role, DateTimeOffset At);

/// <summary>Takes unknown PCs in. <c>Name</c> is a pattern as <c>r101-pc{01}</c>, or a name where there is only one PC.</summary>
internal sealed record TakeInBody(
    IReadOnlyList<string>? Macs, string? School, string? Room, string? Group, string? Name, string? FirstAddress, string? Role, bool? Preview)
{
    public TakeIn Of(IReadOnlyList<MacAddress> macs) => new()
    {
        Macs = macs,
        School = School ?? Host.DefaultSchool,
        Room = Room ?? "",
        Group = Group ?? "",
        Name = Name ?? "",
        FirstAddress = FirstAddress ?? "",
        Role = Role ?? HostRoles.StudentComputer,
    };
}

/// <summary>A PC as it is (or with <c>preview</c>, would be) taken in.</summary>
internal sealed record TakenInDto(string Mac, string Name, string Room, string Group, string Address, IReadOnlyList<FieldMessage> Warnings);

/// <summary><c>/api/v1/new-pcs</c>.</summary>
internal static class NewPcsApi
{
    private const int MaxAtOnce = 1000;

    public static void MapNewPcsApi(this IEndpointRouteBuilder app)
    {
        var pcs = app.MapGroup("/api/v1/new-pcs").WithTags("New PCs").RequireAuthorization(Permission.HostsEdit);
        pcs.MapGet("", ListAsync).WithSummary("PCs that booted here and that no host row knows");
        pcs.MapPost("", TakeInAsync).WithSummary("Takes PCs in, all or none; with preview, only says what they would become");
        pcs.MapDelete("/{mac}", IgnoreAsync).WithSummary("Hides a PC that nobody wants to take in");
    }

    /// <summary>All, as there are never many; or a page of them.</summary>
    private static async Task<Ok<List<NewPcDto>>> ListAsync(
        bool? ignored, [Range(1, 100_000)] int? page, [Range(1, 1000)] int? pageSize, NewPcs pcs, HttpContext http, CancellationToken ct) =>
        TypedResults.Ok((await pcs.ReadAsync(http.User.ToPerson(), ignored ?? false, ct, pageSize is null ? page : page ?? 1, pageSize ?? NewPcs.PageSize)).Select(p => new NewPcDto(
            p.Mac.ToString(), p.Address?.ToString(), p.Firmware, p.FirstSeenAt, p.LastSeenAt, p.Boots, p.Ignored,
            p.WantedAt is { } at ? new NewPcWishDto(p.WantedName, p.WantedRoom, p.WantedGroup, p.WantedAddress?.ToString(), p.WantedRole, at) : null)).ToList());

    private static async Task<Results<Ok<List<TakenInDto>>, ValidationProblem>> TakeInAsync(
        TakeInBody body, NewPcs pcs, IStringLocalizer<HostIssueText> text, HttpContext http, CancellationToken ct)
    {
        List<HostIssue> issues = [];
        List<MacAddress> macs = [];
        foreach (var written in body.Macs ?? [])
        {
            if (MacAddress.TryParse(written, out var mac))
                macs.Add(mac);
            else
                issues.Add(new HostIssue(HostField.Mac, HostProblem.NotAMac, written ?? ""));
        }

        if (macs.Count == 0 && issues.Count == 0)
            issues.Add(new HostIssue(HostField.Mac, HostProblem.Missing, ""));
        if (macs.Count > MaxAtOnce)
            issues.Add(new HostIssue(HostField.Mac, HostProblem.TooLong, $"{macs.Count}", $"{MaxAtOnce}"));
        if (issues.Count > 0)
            return TypedResults.ValidationProblem(text.Errors(issues));
        var wanted = body.Of(macs);
        var rows = body.Preview == true ? await pcs.PreviewAsync(wanted, ct) : await pcs.TakeInAsync(http.User.ToPerson(), wanted, ct);
        if (rows.Any(r => r.HasErrors))
            return TypedResults.ValidationProblem(text.Errors(rows.SelectMany(r => r.Issues).Distinct()));
        return TypedResults.Ok(rows.Select(r => new TakenInDto(
            r.Mac.ToString(), HostName.Prefix(r.Form.School) + r.Form.Name.ToLowerInvariant(), r.Form.Room, r.Form.TextOf(HostField.Group),
            r.Form.TextOf(HostField.Address), [.. r.Issues.Select(text.Message)])).ToList());
    }

    private static async Task<Results<NoContent, NotFound>> IgnoreAsync(string mac, NewPcs pcs, HttpContext http, CancellationToken ct) =>
        MacAddress.TryParse(mac, out var read) && await pcs.IgnoreAsync(http.User.ToPerson(), [read], ignored: true, ct) > 0
            ? TypedResults.NoContent()
            : TypedResults.NotFound();
}
