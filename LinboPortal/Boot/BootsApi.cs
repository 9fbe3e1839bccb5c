using System.ComponentModel.DataAnnotations;
using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Boot;
using LinboPortal.Infrastructure.Hosts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Boot;

/// <summary>The boots of a PC over REST.</summary>
internal static class BootsApi
{
    private const int LargestPage = 200;

    public static void Map(IEndpointRouteBuilder app)
    {
        var boots = app.MapGroup("/api/v1/hosts/{host}/boots").WithTags("Hosts").RequireAuthorization(Permission.HostsRead);
        boots.MapGet("", ListAsync).WithName("ListBoots").WithSummary("The boots of a host, newest first");
        boots.MapGet("{id:guid}", GetAsync).WithName("GetBoot").WithSummary("One boot with its steps");
    }

    private static async Task<Results<Ok<BootPageDto>, NotFound>> ListAsync(
        string host, HttpContext http, IDbContextFactory<PortalDb> databases, CancellationToken ct,
        [Range(1, int.MaxValue)] int page = 1, [Range(1, LargestPage)] int pageSize = 20)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await FindAsync(db, host, http, ct) is not { } hostId)
            return TypedResults.NotFound();
        var boots = db.BootRuns.Where(r => r.HostId == hostId);
        var size = Math.Clamp(pageSize, 1, LargestPage);
        var items = await boots.OrderByDescending(r => r.StartedAt).Skip((int)Math.Min(int.MaxValue, (Math.Max(1, page) - 1L) * size)).Take(size)
            .Select(r => new BootDto(
                r.Id, r.StartedAt, r.LastStepAt, r.CompletedAt, r.Firmware, r.Mac == null ? null : r.Mac.ToString(),
                r.Address == null ? null : r.Address.ToString(), r.Steps.Count, r.Steps.Sum(s => s.Bytes)))
            .ToListAsync(ct);
        return TypedResults.Ok(new BootPageDto(items, Math.Max(1, page), size, await boots.CountAsync(ct)));
    }

    private static async Task<Results<Ok<BootDetailsDto>, NotFound>> GetAsync(
        string host, Guid id, HttpContext http, IDbContextFactory<PortalDb> databases, TimeProvider time, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await FindAsync(db, host, http, ct) is not { } hostId
            || await db.BootRuns.Include(r => r.Steps).FirstOrDefaultAsync(r => r.Id == id && r.HostId == hostId, ct) is not { } run)
            return TypedResults.NotFound();
        var boot = BootTimeline.Of(run, BootSurroundings.Nothing, time.GetUtcNow());
        return TypedResults.Ok(new BootDetailsDto(
            run.Id, run.StartedAt, run.LastStepAt, run.CompletedAt, run.Firmware, run.Mac?.ToString(), run.Address?.ToString(),
            boot.Verdict, boot.Stage,
            [.. run.Steps.OrderBy(s => s.StartedAt).Select(s => new BootStepDto(
                s.Kind, s.Path, s.StartedAt, s.Duration.TotalMilliseconds, s.Bytes, s.Size, s.Retransmits, s.Outcome, s.Detail))]));
    }

    private static async Task<Guid?> FindAsync(PortalDb db, string host, HttpContext http, CancellationToken ct)
    {
        var visible = db.Hosts.VisibleTo(http.User.ToPerson());
        var name = host.ToLowerInvariant();
        return Guid.TryParse(host, out var id)
            ? await visible.Where(h => h.Id == id).Select(h => (Guid?)h.Id).FirstOrDefaultAsync(ct)
            : await visible.Where(h => h.Name == name).OrderByDescending(h => h.School == Host.DefaultSchool).Select(h => (Guid?)h.Id).FirstOrDefaultAsync(ct);
    }
}

/// <summary>A page of boots.</summary>
internal sealed record BootPageDto(IReadOnlyList<BootDto> Items, int Page, int PageSize, int Total);

/// <summary>A boot in a list.</summary>
/// <param name="Id">Key.</param>
/// <param name="StartedAt">First step.</param>
/// <param name="LastStepAt">End of the last step.</param>
/// <param name="CompletedAt">When port 2222 answered; null where it never did.</param>
/// <param name="Firmware"><c>bios</c>, <c>uefi</c>, <c>uefi-http</c> or empty.</param>
/// <param name="Mac">Ethernet address.</param>
/// <param name="Address">IP address.</param>
/// <param name="Steps">How many steps.</param>
/// <param name="Bytes">Payload delivered.</param>
internal sealed record BootDto(
    Guid Id, DateTimeOffset StartedAt, DateTimeOffset LastStepAt, DateTimeOffset? CompletedAt, string Firmware, string? Mac, string? Address,
    int Steps, long Bytes);

/// <summary>A boot with its steps; <c>verdict</c> is Running, Complete, Failed or Silent.</summary>
internal sealed record BootDetailsDto(
    Guid Id, DateTimeOffset StartedAt, DateTimeOffset LastStepAt, DateTimeOffset? CompletedAt, string Firmware, string? Mac, string? Address,
    BootVerdict Verdict, BootStage Stage, IReadOnlyList<BootStepDto> Steps);

/// <summary>A step of a boot; <c>kind</c> is Dhcp, Tftp, Http, StartConf, Rsync or Ssh.</summary>
internal sealed record BootStepDto(
    BootStepKind Kind, string Path, DateTimeOffset StartedAt, double Milliseconds, long Bytes, long? Size, int Retransmits, BootStepOutcome Outcome,
    string? Detail);
