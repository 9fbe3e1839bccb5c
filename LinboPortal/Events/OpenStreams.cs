using LinboPortal.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace LinboPortal.Events;

/// <summary>How many streams of events are open, in all and for each person: each costs a connection and work at every event.</summary>
internal sealed class OpenStreams(IOptions<EventsOptions> options)
{
    private readonly PersonCount open = new(options.Value.Sockets, options.Value.SocketsPerPerson);

    /// <summary>False where there are too many already; else <see cref="Remove"/> must follow.</summary>
    public bool TryAdd(Guid account) => open.TryAdd(account);

    /// <summary>One has ended.</summary>
    public void Remove(Guid account) => open.Remove(account);

    /// <summary>Counts the answer to a request until it has ended; false where there are too many already.</summary>
    public bool TryAdd(HttpContext http)
    {
        var account = AccountPrincipals.IdOf(http.User) ?? Guid.Empty;
        if (!open.TryAdd(account))
            return false;
        http.Response.OnCompleted(() =>
        {
            open.Remove(account);
            return Task.CompletedTask;
        });
        return true;
    }

    /// <summary>The answer to one too many.</summary>
    public static ProblemHttpResult TooMany() =>
        TypedResults.Problem("Too many open event streams (Events:Sockets, Events:SocketsPerPerson).", statusCode: StatusCodes.Status429TooManyRequests);
}
