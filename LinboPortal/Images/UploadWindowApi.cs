using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Infrastructure.Images;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Images;

/// <summary>The time in which images may be uploaded at PCs.</summary>
/// <param name="IsOpen">True where uploads at PCs are taken now.</param>
/// <param name="Always">True where a setting takes them at any time.</param>
/// <param name="Until">Until when; null where nothing is open.</param>
/// <param name="OpenedBy">Account that opened it.</param>
internal sealed record UploadWindowDto(bool IsOpen, bool Always, DateTimeOffset? Until, string? OpenedBy);

/// <summary>How long it shall be open.</summary>
/// <param name="Minutes">1 to 1440; null for the setting.</param>
internal sealed record OpenWindowBody(int? Minutes);

/// <summary><c>/api/v1/upload-window</c>.</summary>
internal static class UploadWindowApi
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var window = app.MapGroup("/api/v1/upload-window").WithTags("Images").RequireAuthorization(Permission.ImagesRead);
        window.MapGet("", GetAsync).WithName("GetUploadWindow").WithSummary("Whether images may be uploaded at PCs now, and until when");
        window.MapPost("", OpenAsync).RequireAuthorization(Permission.ImagesEdit).WithName("OpenUploadWindow").WithSummary("Takes uploads that are started at registered PCs for some time");
        window.MapDelete("", CloseAsync).RequireAuthorization(Permission.ImagesEdit).WithName("CloseUploadWindow").WithSummary("Takes uploads of the portal's own jobs only, from now on");
    }

    private static async Task<Ok<UploadWindowDto>> GetAsync(UploadWindows windows, CancellationToken ct) => TypedResults.Ok(await ReadAsync(windows, ct));

    private static async Task<Results<Ok<UploadWindowDto>, ValidationProblem>> OpenAsync(
        OpenWindowBody body, UploadWindows windows, IStringLocalizer<ImagesText> text, HttpContext http, CancellationToken ct)
    {
        if (!await windows.OpenAsync(http.User.ToPerson(), body.Minutes, ct))
            return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["minutes"] = [text["WindowMinutesWrong", UploadWindows.MostMinutes]] });
        return TypedResults.Ok(await ReadAsync(windows, ct));
    }

    private static async Task<NoContent> CloseAsync(UploadWindows windows, HttpContext http, CancellationToken ct)
    {
        await windows.CloseAsync(http.User.ToPerson(), ct);
        return TypedResults.NoContent();
    }

    private static async Task<UploadWindowDto> ReadAsync(UploadWindows windows, CancellationToken ct)
    {
        var open = await windows.ReadAsync(ct);
        return new UploadWindowDto(open is not null || windows.IsAlways, windows.IsAlways, open?.Until, open?.OpenedBy);
    }
}
