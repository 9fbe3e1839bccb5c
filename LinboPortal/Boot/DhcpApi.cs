using System.Text;
using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Boot;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LinboPortal.Boot;

/// <summary><c>/api/v1/dhcp</c>: configurations for DHCP servers of others.</summary>
internal static class DhcpApi
{
    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/api/v1/dhcp/{format}", GetAsync)
        .WithTags("Boot").WithName("GetDhcp").WithSummary("The configuration of a DHCP server: isc, kea, dnsmasq or dnsmasq-proxy")
        .RequireAuthorization(Permission.BootRead);

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> GetAsync(string format, HttpContext http, DhcpPlans plans, CancellationToken ct)
    {
        if (DhcpChoice.Find(format) is not { } choice)
        {
            return TypedResults.Problem(
                $"'{format}' is none of {string.Join(", ", DhcpChoice.All.Select(c => c.Word))}.", statusCode: StatusCodes.Status404NotFound, title: "No such format");
        }

        var text = DhcpExport.Render(choice.Format, await plans.ReadAsync(http.User.ToPerson(), ct));
        return TypedResults.File(Encoding.UTF8.GetBytes(text), choice.ContentType, choice.FileName);
    }
}
