using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Hosts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Hosts;

/// <summary>A host as programs see it. Licence keys are there for those who may edit hosts.</summary>
internal sealed record HostDto(
    Guid Id, string School, string Name, string Room, Guid RoomId, string? Group, IReadOnlyList<string> Macs, string Address, string Role,
    string PxeFlag, string Comment, string? OfficeKey, string? WindowsKey, string DhcpOptions, string Options, string State,
    DateTimeOffset? Since, DateTimeOffset? SeenAt, string? SeenAddress, DateTimeOffset CreatedAt, string Version)
{
    /// <summary>Why the last boot did not come up; null where it did, or where the host has run a system since.</summary>
    public BootFailureDto? BootFailure { get; init; }

    /// <summary>False for a printer, a server or another device that does not boot LINBO.</summary>
    public bool BootsLinbo { get; init; }

    /// <summary>Saved all the same, yet doubtful.</summary>
    public IReadOnlyList<FieldMessage> Warnings { get; init; } = [];

    public static HostDto Of(HostDetails h, bool withKeys) => new(
        h.Id, h.School, h.Name, h.Room, h.RoomId, h.Group, [.. h.Macs.Select(m => m.ToString())], HostAddress.Format(h.Address), h.Role,
        h.PxeFlag, h.Comment, withKeys ? h.OfficeKey : null, withKeys ? h.WindowsKey : null, h.DhcpOptions, h.Options, h.State.ToString(),
        h.Since, h.SeenAt, h.SeenAddress?.ToString(), h.CreatedAt, Etags.Text(h.Version))
    {
        BootFailure = BootFailureDto.Of(h.State, h.BootFailure),
        BootsLinbo = h.BootsLinbo,
    };
}

/// <summary>Why a boot did not come up.</summary>
/// <param name="BootId">Key of the boot.</param>
/// <param name="At">When its last step ended.</param>
/// <param name="Verdict"><c>Failed</c> where something was missing or broke off, <c>Silent</c> where nothing was heard any more.</param>
/// <param name="Problem">What ended it: <c>KernelMissing</c>, <c>GroupUnknown</c>, <c>WentSilent</c> …</param>
/// <param name="Path">The file that it is about; empty for none.</param>
/// <param name="Group">The group that it is about; empty for none.</param>
/// <param name="Stage">How far the boot came.</param>
internal sealed record BootFailureDto(Guid BootId, DateTimeOffset At, string Verdict, string Problem, string Path, string Group, string Stage)
{
    /// <summary>Null while the host is not shown as failed.</summary>
    public static BootFailureDto? Of(HostState state, BootFailure? failure) => failure is { } f && HostStatus.ShownFor(state, f) == HostState.Failed
        ? new(f.BootId, f.At, f.Verdict.ToString(), f.Problem, f.Path, f.Group, f.Stage.ToString())
        : null;
}

/// <summary>A line of the list. The address is the fixed one, else the one last seen.</summary>
internal sealed record HostItemDto(
    Guid Id, string School, string Name, string Room, Guid RoomId, string? Group, string? Mac, string? Address, bool FixedAddress, string State,
    DateTimeOffset? Since, DateTimeOffset? SeenAt, string Comment, string Version)
{
    /// <summary>Why the last boot did not come up; null where it did.</summary>
    public BootFailureDto? BootFailure { get; init; }

    /// <summary>False for a printer, a server or another device that does not boot LINBO.</summary>
    public bool BootsLinbo { get; init; }

    /// <summary>Its sophomorixRole.</summary>
    public string Role { get; init; } = "";
}

/// <summary>A page of the list, and the counts by state under the same search and filters.</summary>
internal sealed record HostPageDto(IReadOnlyList<HostItemDto> Items, int Total, int Page, int PageSize, IReadOnlyDictionary<string, int> States);

/// <summary>What a host shall be. In PUT, what is left out stays as it is.</summary>
internal sealed record HostBody(
    string? School, string? Name, string? Room, string? Group, IReadOnlyList<string>? Macs, string? Address, string? Role, string? PxeFlag,
    string? Comment, string? OfficeKey, string? WindowsKey, string? DhcpOptions, string? Options, string? Version)
{
    public HostForm Over(HostForm form) => form with
    {
        School = School ?? form.School,
        Name = Name ?? form.Name,
        Room = Room ?? form.Room,
        Group = Group ?? form.Group,
        Mac = Macs is null ? form.Mac : Macs.Count > 0 ? Macs[0] ?? "" : "",
        OtherMacs = Macs is null ? form.OtherMacs : string.Join(',', Macs.Skip(1)),
        Address = Address ?? form.Address,
        Role = Role ?? form.Role,
        PxeFlag = PxeFlag ?? form.PxeFlag,
        Comment = Comment ?? form.Comment,
        OfficeKey = OfficeKey ?? form.OfficeKey,
        WindowsKey = WindowsKey ?? form.WindowsKey,
        DhcpOptions = DhcpOptions ?? form.DhcpOptions,
        Options = Options ?? form.Options,
    };
}

/// <summary>The parameters of the list.</summary>
internal sealed record HostListParameters
{
    public string? Search { get; init; }

    public string? State { get; init; }

    public string? Room { get; init; }

    public string? Group { get; init; }

    public string? School { get; init; }

    public string? Sort { get; init; }

    public bool? Descending { get; init; }

    public int? Page { get; init; }

    public int? PageSize { get; init; }
}

/// <summary><c>/api/v1/hosts</c>.</summary>
internal static class HostsApi
{
    public static void MapHostsApi(this IEndpointRouteBuilder app)
    {
        var hosts = app.MapGroup("/api/v1/hosts").WithTags("Hosts").RequireAuthorization(Permission.HostsRead);
        hosts.MapGet("", ListAsync).WithSummary("A page of the hosts, with search, filters and order");
        hosts.MapGet("/{host}", GetAsync).WithSummary("One host by id or name");
        hosts.MapPost("", AddAsync).RequireAuthorization(Permission.HostsEdit).WithSummary("Adds a host; its room and group are made where missing");
        hosts.MapPut("/{host}", EditAsync).RequireAuthorization(Permission.HostsEdit)
            .WithSummary("Changes a host; needs its version in If-Match or in the body");
        hosts.MapDelete("/{host}", DeleteAsync).RequireAuthorization(Permission.HostsEdit).WithSummary("Deletes a host and its boots");
    }

    private static async Task<Results<Ok<HostPageDto>, ValidationProblem>> ListAsync(
        [AsParameters] HostListParameters wanted, HostList list, HttpContext http, CancellationToken ct)
    {
        var errors = new Dictionary<string, string[]>();
        if (wanted.State is not null && !Enum.GetNames<HostState>().Contains(wanted.State, StringComparer.OrdinalIgnoreCase))
            errors["state"] = [$"One of: {string.Join(", ", Enum.GetNames<HostState>())}."];
        if (wanted.Sort is not null && !Enum.GetNames<HostSort>().Contains(wanted.Sort, StringComparer.OrdinalIgnoreCase))
            errors["sort"] = [$"One of: {string.Join(", ", Enum.GetNames<HostSort>())}."];
        if (wanted.Page is < 1)
            errors["page"] = ["From 1."];
        if (wanted.PageSize is < 1 or > HostQuery.MaxPageSize)
            errors["pageSize"] = [$"From 1 to {HostQuery.MaxPageSize}."];
        if (errors.Count > 0)
            return TypedResults.ValidationProblem(errors);
        var query = new HostQuery
        {
            Search = wanted.Search ?? "",
            State = wanted.State is null ? null : Enum.Parse<HostState>(wanted.State, ignoreCase: true),
            Room = wanted.Room,
            Group = wanted.Group,
            School = wanted.School,
            Sort = wanted.Sort is null ? HostSort.Name : Enum.Parse<HostSort>(wanted.Sort, ignoreCase: true),
            Descending = wanted.Descending ?? false,
            Page = wanted.Page ?? 1,
            PageSize = wanted.PageSize ?? 50,
        };
        var page = await list.ReadAsync(http.User.ToPerson(), query, ct);
        return TypedResults.Ok(new HostPageDto(
            [.. page.Items.Select(ItemOf)], page.Total, page.Page, page.PageSize, page.Counts.ByState.ToDictionary(s => s.Key.ToString(), s => s.Value)));
    }

    private static HostItemDto ItemOf(HostRow h) => new(
        h.Id, h.School, h.Name, h.Room, h.RoomId, h.Group, h.Mac?.ToString(), h.Address?.ToString(), h.IsFixed, h.State.ToString(), h.Since,
        h.SeenAt, h.Comment, Etags.Text(h.Version))
    {
        BootFailure = BootFailureDto.Of(h.State, h.BootFailure),
        BootsLinbo = h.IsPc,
        Role = h.Role,
    };

    private static async Task<Results<Ok<HostDto>, NotFound>> GetAsync(string host, HostList list, HttpContext http, CancellationToken ct)
    {
        var person = http.User.ToPerson();
        if (await list.FindAsync(person, host, ct) is not { } found)
            return TypedResults.NotFound();
        http.Response.Headers.ETag = Etags.Of(found.Version);
        return TypedResults.Ok(HostDto.Of(found, person.May(Permission.HostsEdit)));
    }

    private static async Task<IResult> AddAsync(
        HostBody body, HostChanges changes, IStringLocalizer<HostIssueText> text, HttpContext http, CancellationToken ct) =>
        Answer(await changes.AddAsync(http.User.ToPerson(), body.Over(new HostForm()), ct), text, http, isNew: true);

    private static async Task<IResult> EditAsync(
        string host, HostBody body, HostList list, HostChanges changes, HttpContext http, CancellationToken ct)
    {
        var person = http.User.ToPerson();
        var text = http.RequestServices.GetRequiredService<IStringLocalizer<HostIssueText>>();
        if (await list.FindAsync(person, host, ct) is not { } found)
            return TypedResults.NotFound();
        if (!Etags.TryRead(http.Request, body.Version, out var version))
            return Etags.Missing();
        var saved = await changes.EditAsync(person, found.Id, version, body.Over(HostForm.Of(found)), ct);
        return Answer(saved, text, http, isNew: false);
    }

    private static async Task<IResult> DeleteAsync(string host, HostList list, HostBulk bulk, HttpContext http, CancellationToken ct)
    {
        var person = http.User.ToPerson();
        if (await list.FindAsync(person, host, ct) is not { } found)
            return TypedResults.NotFound();
        if (Etags.TryRead(http.Request, null, out var version) && version != found.Version)
            return Etags.Conflict(http.Request, "The host was changed meanwhile.", HostDto.Of(found, withKeys: true));
        return (await bulk.DeleteAsync(person, [found.Id], ct)).Count == 0 ? TypedResults.NotFound() : TypedResults.NoContent();
    }

    private static IResult Answer(HostSaved saved, IStringLocalizer<HostIssueText> text, HttpContext http, bool isNew)
    {
        switch (saved)
        {
            case HostSaved.Done(var host, var warnings):
                http.Response.Headers.ETag = Etags.Of(host.Version);
                var dto = HostDto.Of(host, withKeys: true) with { Warnings = [.. warnings.Where(w => w.IsWarning).Select(text.Message)] };
                return isNew ? TypedResults.Created($"/api/v1/hosts/{host.Id}", dto) : TypedResults.Ok(dto);
            case HostSaved.Refused(var issues):
                return TypedResults.ValidationProblem(text.Errors(issues));
            case HostSaved.Conflict(var theirs):
                return Etags.Conflict(http.Request, "The host was changed meanwhile.", HostDto.Of(theirs, withKeys: true));
            case HostSaved.Gone:
                return TypedResults.NotFound();
            case HostSaved.Forbidden:
                return TypedResults.Forbid();
            default:
                throw new InvalidOperationException($"No answer for {saved}.");
        }
    }
}
