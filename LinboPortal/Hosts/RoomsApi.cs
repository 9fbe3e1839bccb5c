using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Hosts;

/// <summary>A room with the number of its hosts by state.</summary>
internal sealed record RoomDto(
    Guid Id, string School, string Name, string Description, string Version, int Hosts, int On, IReadOnlyDictionary<string, int> States)
{
    /// <summary>Printers, servers and other devices that do not boot LINBO; not among <see cref="Hosts"/>.</summary>
    public int Devices { get; init; }

    public static RoomDto Of(RoomRow r) => new(
        r.Id, r.School, r.Name, r.Description, Etags.Text(r.Version), r.Hosts.Total, r.Hosts.On,
        r.Hosts.ByState.ToDictionary(s => s.Key.ToString(), s => s.Value))
    {
        Devices = r.Hosts.Devices,
    };
}

/// <summary>What a room shall be. In PUT, what is left out stays as it is.</summary>
internal sealed record RoomBody(string? School, string? Name, string? Description, string? Version);

/// <summary><c>/api/v1/rooms</c>.</summary>
internal static class RoomsApi
{
    public static void MapRoomsApi(this IEndpointRouteBuilder app)
    {
        var rooms = app.MapGroup("/api/v1/rooms").WithTags("Rooms").RequireAuthorization(Permission.HostsRead);
        rooms.MapGet("", ListAsync).WithSummary("All rooms with the number of their hosts by state");
        rooms.MapGet("/{room}", GetAsync).WithSummary("One room by id or name");
        rooms.MapPost("", AddAsync).RequireAuthorization(Permission.HostsEdit).WithSummary("Adds a room");
        rooms.MapPut("/{room}", EditAsync).RequireAuthorization(Permission.HostsEdit)
            .WithSummary("Renames or describes a room; needs its version in If-Match or in the body");
        rooms.MapDelete("/{room}", DeleteAsync).RequireAuthorization(Permission.HostsEdit).WithSummary("Deletes an empty room");
    }

    private static async Task<Ok<List<RoomDto>>> ListAsync(RoomList list, HttpContext http, CancellationToken ct) =>
        TypedResults.Ok((await list.ReadAsync(http.User.ToPerson(), ct)).Select(RoomDto.Of).ToList());

    private static async Task<Results<Ok<RoomDto>, NotFound>> GetAsync(string room, RoomList list, HttpContext http, CancellationToken ct)
    {
        if (await list.FindAsync(http.User.ToPerson(), room, ct) is not { } found)
            return TypedResults.NotFound();
        http.Response.Headers.ETag = Etags.Of(found.Version);
        return TypedResults.Ok(RoomDto.Of(found));
    }

    private static async Task<IResult> AddAsync(RoomBody body, RoomList list, RoomChanges changes, HttpContext http, CancellationToken ct)
    {
        var saved = await changes.AddAsync(
            http.User.ToPerson(), body.School ?? Host.DefaultSchool, (body.Name ?? "").Trim(), (body.Description ?? "").Trim(), ct);
        return await AnswerAsync(saved, list, http, isNew: true, ct);
    }

    private static async Task<IResult> EditAsync(
        string room, RoomBody body, RoomList list, RoomChanges changes, HttpContext http, CancellationToken ct)
    {
        var person = http.User.ToPerson();
        if (await list.FindAsync(person, room, ct) is not { } found)
            return TypedResults.NotFound();
        if (!Etags.TryRead(http.Request, body.Version, out var version))
            return Etags.Missing();
        var saved = await changes.EditAsync(
            person, found.Id, version, (body.Name ?? found.Name).Trim(), (body.Description ?? found.Description).Trim(), ct);
        return await AnswerAsync(saved, list, http, isNew: false, ct);
    }

    private static async Task<IResult> DeleteAsync(string room, RoomList list, RoomChanges changes, HttpContext http, CancellationToken ct)
    {
        var person = http.User.ToPerson();
        if (await list.FindAsync(person, room, ct) is not { } found)
            return TypedResults.NotFound();
        var saved = await changes.DeleteAsync(person, found.Id, ct);
        return saved.Outcome == RoomOutcome.Done ? TypedResults.NoContent() : await AnswerAsync(saved, list, http, isNew: false, ct);
    }

    private static async Task<IResult> AnswerAsync(RoomSaved saved, RoomList list, HttpContext http, bool isNew, CancellationToken ct)
    {
        var text = http.RequestServices.GetRequiredService<IStringLocalizer<HostIssueText>>();
        if (saved.Outcome == RoomOutcome.Refused)
        {
            var field = saved.Issue!.Field == Core.Hosts.HostField.Room ? "name" : "description";
            return TypedResults.ValidationProblem(new Dictionary<string, string[]> { [field] = [text.Sentence(saved.Issue)] });
        }

        if (saved.Outcome == RoomOutcome.HasHosts)
            return TypedResults.Problem($"{saved.Hosts} hosts stand in the room. Move or delete them first.", statusCode: StatusCodes.Status409Conflict);
        if (saved.Outcome == RoomOutcome.Forbidden)
            return TypedResults.Forbid();
        if (await list.FindAsync(http.User.ToPerson(), saved.Id.ToString(), ct) is not { } room)
            return TypedResults.NotFound();
        if (saved.Outcome == RoomOutcome.Conflict)
            return Etags.Conflict(http.Request, "The room was changed meanwhile.", RoomDto.Of(room));
        http.Response.Headers.ETag = Etags.Of(room.Version);
        return isNew ? TypedResults.Created($"/api/v1/rooms/{room.Id}", RoomDto.Of(room)) : TypedResults.Ok(RoomDto.Of(room));
    }
}
