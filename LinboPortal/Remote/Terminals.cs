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

    /// <summary>The command runs.</summary>
    public sealed record Running(CommandSession Session) : TerminalOpened;

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
    private const int LongestNoted = 300;

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
    public Task<TerminalOpened> OpenAsync(Person person, string host, int columns, int rows, CancellationToken ct) => AdmitAsync(
        person, host, null, async (client, stop) =>
        {
            var shell = await ShellSession.OpenAsync(login, client, columns, rows, time, stop);
            return (shell, () => new TerminalOpened.Open(new TerminalSession(this, shell, person, client.Host, options.Value, time, log)));
        }, ct);

    /// <summary>Runs a command on a PC for a person's own program, which gives its input and takes its output.</summary>
    public Task<TerminalOpened> RunAsync(Person person, string host, string command, CancellationToken ct) => AdmitAsync(
        person, host, JsonSerializer.Serialize(new { command = command.Length > LongestNoted ? command[..LongestNoted] + "…" : command }), async (client, stop) =>
        {
            var program = await PcProgram.StartAsync(login, client, command, stop);
            return (program, () => new TerminalOpened.Running(new CommandSession(this, program, person, client.Host, time, log)));
        }, ct);

    private async Task<TerminalOpened> AdmitAsync(
        Person person, string host, string? details, Func<LinboAddress, CancellationToken, Task<(IAsyncDisposable Line, Func<TerminalOpened> Give)>> connect, CancellationToken ct)
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
        IAsyncDisposable? line = null;
        try
        {
            (line, var give) = await connect(new LinboAddress(found.Id, found.Name, found.Address), ct);
            await AuditAsync(person, AuditActions.TerminalOpen, found.Name, details, ct);
            return give();
        }
        catch (LinboClientException e)
        {
            Release(person.UserName);
            return new TerminalOpened.Failed(e.Failure, e.Detail);
        }
        catch
        {
            Release(person.UserName);
            if (line is not null)
                await line.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes down the end of a session and makes room for another one.</summary>
    public async Task ClosedAsync(Person person, string host, TimeSpan duration, TerminalEnd end)
    {
        Release(person.UserName);
        await AuditAsync(
            person, AuditActions.TerminalClose, host, JsonSerializer.Serialize(new { seconds = (int)duration.TotalSeconds, end = end.ToString() }), CancellationToken.None); // what happened is written down, whoever hurries
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
