using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.Options;

namespace LinboPortal.Accounts;

/// <summary>The pages that are open now.</summary>
internal sealed class OpenPages(IOptions<AccountsOptions> options)
{
    public PersonCount Count { get; } = new(options.Value.Circuits, options.Value.CircuitsPerPerson);
}

/// <summary>Refuses the circuit that is one too many, and what is done on one whose person is signed out.</summary>
internal sealed class CircuitLimit(OpenPages pages, AuthenticationStateProvider authentication) : CircuitHandler
{
    private Guid? counted;

    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        var person = AccountPrincipals.IdOf((await authentication.GetAuthenticationStateAsync()).User) ?? Guid.Empty;
        if (!pages.Count.TryAdd(person))
            throw new InvalidOperationException("Too many open pages: Accounts:Circuits or Accounts:CircuitsPerPerson is reached.");
        counted = person;
        if (authentication is CircuitPerson circuitPerson)
            await circuitPerson.FollowAsync();
    }

    /// <summary>What a browser wants done on an open page is done only while its person is signed in; the browser is not trusted to leave.</summary>
    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) =>
        authentication is CircuitPerson person
            ? async context =>
            {
                if (await person.MayActAsync())
                    await next(context);
            }
    : next;

    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        if (counted is { } person)
            pages.Count.Remove(person);
        counted = null;
        return Task.CompletedTask;
    }
}
