using System.Collections.Concurrent;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.Options;

namespace LinboPortal.Accounts;

/// <summary>How many pages are open, in all and by person; each costs memory for as long as it stays open.</summary>
internal sealed class CircuitCount(IOptions<AccountsOptions> options)
{
    private readonly ConcurrentDictionary<Guid, int> byPerson = [];
    private int total;

    /// <summary>Pages open now.</summary>
    public int Total => total;

    /// <summary>Counts one more; false where that is too many.</summary>
    public bool TryAdd(Guid person)
    {
        var all = Interlocked.Increment(ref total);
        var own = byPerson.AddOrUpdate(person, 1, (_, n) => n + 1);
        if (all <= options.Value.Circuits && own <= options.Value.CircuitsPerPerson)
            return true;
        Remove(person);
        return false;
    }

    /// <summary>Counts one less.</summary>
    public void Remove(Guid person)
    {
        Interlocked.Decrement(ref total);
        if (byPerson.AddOrUpdate(person, 0, (_, n) => n - 1) <= 0)
            byPerson.TryRemove(new KeyValuePair<Guid, int>(person, 0));
    }
}

/// <summary>Refuses the circuit that is one too many.</summary>
internal sealed class CircuitLimit(CircuitCount count, AuthenticationStateProvider authentication) : CircuitHandler
{
    private Guid? counted;

    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        var person = AccountPrincipals.IdOf((await authentication.GetAuthenticationStateAsync()).User) ?? Guid.Empty;
        if (!count.TryAdd(person))
            throw new InvalidOperationException("Too many open pages: Accounts:Circuits or Accounts:CircuitsPerPerson is reached.");
        counted = person;
    }

    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        if (counted is { } person)
            count.Remove(person);
        counted = null;
        return Task.CompletedTask;
    }
}
