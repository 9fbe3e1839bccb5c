using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;

namespace LinboPortal.Hosts;

/// <summary><c>/api/v1/hosts/{host}/netboot</c>.</summary>
internal static class NetbootApi
{
    public static void MapNetbootApi(this IEndpointRouteBuilder app)
    {
        var netboot = app.MapGroup("/api/v1/hosts/{host}/netboot").WithTags("Hosts").RequireAuthorization(Permission.JobsRun);
        netboot.MapPost("", async (string host, NetbootChanges changes, HttpContext http, CancellationToken ct) => Answer(await changes.OrderAsync(http.User.ToPerson(), host, ct)))
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .WithSummary("Lets the host start LINBO from the network once, whatever its cache holds");
        netboot.MapDelete("", async (string host, NetbootChanges changes, HttpContext http, CancellationToken ct) => Answer(await changes.TakeBackAsync(http.User.ToPerson(), host, ct)))
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Takes that back; 404 where nothing waits");
    }

    private static IResult Answer(NetbootOutcome outcome) => outcome switch
    {
        NetbootOutcome.Done => TypedResults.NoContent(),
        NetbootOutcome.NotThere => TypedResults.NotFound(),
        NetbootOutcome.Forbidden => TypedResults.Forbid(),
        _ => TypedResults.Problem("This device does not boot LINBO.", statusCode: StatusCodes.Status409Conflict),
    };
}
