using System.Text.Json;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Remote;
using LinboPortal.Infrastructure.Hosts;
using LinboPortal.Infrastructure.Persistence;
using LinboPortal.Infrastructure.Remote;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LinboPortal.Remote;

/// <summary>What became of a terminal that was asked for. Refusals are values.</summary>
internal abstract record TerminalOpened
{
    private TerminalOpened()
    {
    }

    /// <summary>Open.</summary>
    public sealed record Open(TerminalSession Session) : TerminalOpened;

    /// <summary>There is no such PC that the person sees.</summary>
    public sealed record NotFound : TerminalOpened;

    /// <summary>The person may not.</summary>
    public sealed record Forbidden : TerminalOpened;

    /// <summary>No address is known.</summary>
    public sealed record NoAddress : TerminalOpened;

    /// <summary>As many are open as may be.</summary>
    /// <param name="Limit">How many.</param>
    /// <param name="IsOwn">True where it is the person's own limit.</param>
    public sealed record TooMany(int Limit, bool IsOwn) : TerminalOpened;

    /// <summary>The PC does not let us in.</summary>
    public sealed record Failed(LinboClientFailure Failure, string Detail) : TerminalOpened;
}

/// <summary>Opens root shells on PCs: permission, limits, audit.</summary>
internal sealed class Terminals(IDbContextFactory<PortalDb> databases, SshLogin login, IOptions<TerminalOptions> options, TimeProvider time, ILogger<TerminalSession> log)
{
    private readonly Lock counting = new();
    private readonly Dictionary<string, int> byPerson = [];

    /// <summary>Open now.</summary>
    public int Count
    {
        get
        {
            lock (counting)
                return byPerson.Values.Sum();
        }
    }

    /// <summary>Opens a shell on a PC in a terminal of that size.</summary>
    public async Task<TerminalOpened> OpenAsync(Person person, string host, int columns, int rows, CancellationToken ct)
    {
        if (!person.May(Permission.TerminalOpen))
            return new TerminalOpened.Forbidden();
        await using var db = await databases.CreateDbContextAsync(ct);
        var found = await db.Hosts.VisibleTo(person).Where(h => h.Name == host)
            .Select(h => new { h.Id, h.Name, Address = h.Address ?? h.Status!.Address }).FirstOrDefaultAsync(ct);
        if (found is null)
            return new TerminalOpened.NotFound();
        if (found.Address is null)
            return new TerminalOpened.NoAddress();
        if (Refuse(person.UserName) is { } tooMany)
            return tooMany;
        ShellSession? shell = null;
        try
        {
            shell = await ShellSession.OpenAsync(login, new LinboAddress(found.Id, found.Name, found.Address), columns, rows, time, ct);
            await AuditAsync(person, "terminal.open", found.Name, null, ct);
            return new TerminalOpened.Open(new TerminalSession(this, shell, person, found.Name, options.Value, time, log));
        }
        catch (LinboClientException e)
        {
            Release(person.UserName);
            return new TerminalOpened.Failed(e.Failure, e.Detail);
        }
        catch
        {
            Release(person.UserName);
            if (shell is not null)
                await shell.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes down the end of a session and makes room for another one.</summary>
    public async Task ClosedAsync(Person person, string host, TimeSpan duration, TerminalEnd end)
    {
        Release(person.UserName);
        await AuditAsync(
            person, "terminal.close", host, JsonSerializer.Serialize(new { seconds = (int)duration.TotalSeconds, end = end.ToString() }), CancellationToken.None); // what happened is written down, whoever hurries
    }

    private async Task AuditAsync(Person person, string action, string host, string? details, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        db.Audit(person, time.GetUtcNow(), action, host, details);
        await db.SaveChangesAsync(ct);
    }

    private TerminalOpened.TooMany? Refuse(string person)
    {
        lock (counting)
        {
            if (byPerson.Values.Sum() >= options.Value.Sessions)
                return new TerminalOpened.TooMany(options.Value.Sessions, IsOwn: false);
            var own = byPerson.GetValueOrDefault(person);
            if (own >= options.Value.SessionsPerPerson)
                return new TerminalOpened.TooMany(options.Value.SessionsPerPerson, IsOwn: true);
            byPerson[person] = own + 1;
            return null;
        }
    }

    private void Release(string person)
    {
        lock (counting)
            if (byPerson.GetValueOrDefault(person) is > 1 and var own)
                byPerson[person] = own - 1;
            else
                byPerson.Remove(person);
    }
}
