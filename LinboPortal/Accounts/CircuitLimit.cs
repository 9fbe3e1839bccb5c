using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.Options;

namespace LinboPortal.Accounts;

/// <summary>The pages that are open now.</summary>
internal sealed class OpenPages(IOptions<AccountsOptions> options)
{
    public PersonCount Count { get; } = new(options.Value.Circuits, options.Value.CircuitsPerPerson);
}

/// <summary>Refuses the circuit that is one too many.</summary>
internal sealed class CircuitLimit(OpenPages pages, AuthenticationStateProvider authentication) : CircuitHandler
{
    private Guid? counted;

    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        var person = AccountPrincipals.IdOf((await authentication.GetAuthenticationStateAsync()).User) ?? Guid.Empty;
        if (!pages.Count.TryAdd(person))
            throw new InvalidOperationException("Too many open pages: Accounts:Circuits or Accounts:CircuitsPerPerson is reached.");
        counted = person;
        (authentication as CircuitPerson)?.Follow();
    }

    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        if (counted is { } person)
            pages.Count.Remove(person);
        counted = null;
        return Task.CompletedTask;
    }
}
