using System.Net;
using System.Text;
using System.Text.Json;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Remote;
using LinboPortal.Infrastructure.Remote;
using LinboPortal.Remote;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace LinboPortal.Tests.Remote;

/// <summary>Terminals against real dropbear.</summary>
public sealed class TerminalsTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly PortalFactory portal = new(postgres);
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 25, 8, 0, 0, TimeSpan.Zero));
    private DropbearClients room = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static Person Admin { get; } = new("admin", Permission.All.ToHashSet(), Scope.Everything);

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(DropbearClients.WhyNot is not null, DropbearClients.WhyNot ?? "");
        await portal.InitializeAsync();
        var port = FreePort.Take();
        portal.With("Remote:Ssh:Port", $"{port}").With("Remote:Ssh:ConnectSeconds", "30");
        var key = portal.Services.GetRequiredService<InstallationKey>();
        room = await DropbearClients.StartAsync(1, key.PublicLine, Ct, port: port, config: Path.GetDirectoryName(key.PrivatePath));
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        var lab = new Room { School = Host.DefaultSchool, Name = "lab" };
        db.AddRange(
            lab, new Host { School = Host.DefaultSchool, Name = "pc1", RoomId = lab.Id, Address = room[0].Address },
            new Host { School = Host.DefaultSchool, Name = "off", RoomId = lab.Id, Address = IPAddress.Parse("127.0.0.99") }, new Host { School = Host.DefaultSchool, Name = "new", RoomId = lab.Id });
        await db.SaveChangesAsync(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (room is not null)
            await room.DisposeAsync();
        await portal.DisposeAsync();
    }

    [Fact]
    public async Task Root_is_seen_the_size_is_right_and_opening_and_closing_are_written_down_without_a_key()
    {
        var terminals = Make();
        var session = await OpenAsync(terminals, "pc1");
        Assert.Equal(1, terminals.Count);
        await session.TypeAsync("id; stty size\n"u8.ToArray(), Ct);
        var seen = await UntilAsync(session, "24 80");
        Assert.Contains("uid=0(root)", seen, StringComparison.Ordinal);
        session.Resize(100, 30);
        await session.TypeAsync("stty size; read -s x; echo got-$x-it\n"u8.ToArray(), Ct);
        await UntilAsync(session, "30 100");
        await session.TypeAsync("geheim-4711\n"u8.ToArray(), Ct);
        await UntilAsync(session, "got-geheim-4711-it");
        time.Advance(TimeSpan.FromSeconds(90));
        await session.DisposeAsync();

        Assert.Equal((0, TerminalEnd.Left), (terminals.Count, session.End));
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        var rows = await db.AuditEntries.Where(a => a.Subject == "pc1").OrderBy(a => a.Id).ToListAsync(Ct);
        Assert.Equal(["terminal.open", "terminal.close"], rows.Select(r => r.Action));
        var details = JsonDocument.Parse(rows[1].Details!).RootElement;
        Assert.Equal((90, "Left"), (details.GetProperty("seconds").GetInt32(), details.GetProperty("end").GetString()));
        Assert.DoesNotContain("geheim", string.Join('\n', (await db.AuditEntries.ToListAsync(Ct)).Select(a => a.Details + a.Subject)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exit_and_a_PC_that_goes_away_end_it_with_the_reason()
    {
        var terminals = Make();
        await using var session = await OpenAsync(terminals, "pc1");
        await session.TypeAsync("exit\n"u8.ToArray(), Ct);
        await DrainAsync(session);
        Assert.Equal(TerminalEnd.ShellEnded, session.End);
    }

    [Fact]
    public async Task Nobody_opens_more_than_the_limits_allow_and_a_closed_one_makes_room()
    {
        var terminals = Make(new TerminalOptions { Sessions = 2, SessionsPerPerson = 1 });
        var first = await OpenAsync(terminals, "pc1");
        Assert.Equal(new TerminalOpened.TooMany(1, IsOwn: true), await terminals.OpenAsync(Admin, "pc1", 80, 24, Ct));
        await using var other = Assert.IsType<TerminalOpened.Open>(await terminals.OpenAsync(Admin with { UserName = "other" }, "pc1", 80, 24, Ct)).Session;
        Assert.Equal(new TerminalOpened.TooMany(2, IsOwn: false), await terminals.OpenAsync(Admin with { UserName = "third" }, "pc1", 80, 24, Ct));
        await first.DisposeAsync();
        await first.DisposeAsync();
        await using var again = await OpenAsync(terminals, "pc1");
        Assert.Equal(2, terminals.Count);
    }

    [Fact]
    public async Task Where_nobody_types_it_warns_and_closes_and_a_key_keeps_it()
    {
        var terminals = Make(new TerminalOptions { IdleMinutes = 30, WarnSeconds = 120 });
        await using var session = await OpenAsync(terminals, "pc1");
        List<bool> warnings = [];
        session.Warned += left => warnings.Add(left is not null);
        time.Advance(TimeSpan.FromMinutes(29));
        Assert.Equal([true], warnings);
        await session.TypeAsync(" "u8.ToArray(), Ct);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal([true, false], warnings);
        time.Advance(TimeSpan.FromMinutes(30));
        await DrainAsync(session);
        Assert.Equal(TerminalEnd.Idle, session.End);
    }

    [Fact]
    public async Task Refusals_are_told_and_cost_no_place()
    {
        var terminals = Make();
        Assert.IsType<TerminalOpened.Forbidden>(await terminals.OpenAsync(new Person("t", Permission.Of(Role.Teacher).ToHashSet(), Scope.Everything), "pc1", 80, 24, Ct));
        Assert.IsType<TerminalOpened.NotFound>(await terminals.OpenAsync(Admin, "nobody", 80, 24, Ct));
        Assert.IsType<TerminalOpened.NotFound>(await terminals.OpenAsync(Admin with { Scope = new Scope.Rooms(new HashSet<Guid>()) }, "pc1", 80, 24, Ct));
        Assert.IsType<TerminalOpened.NoAddress>(await terminals.OpenAsync(Admin, "new", 80, 24, Ct));
        Assert.Equal(LinboClientFailure.Unreachable, Assert.IsType<TerminalOpened.Failed>(await terminals.OpenAsync(Admin, "off", 80, 24, Ct)).Failure);
        Assert.Equal(0, terminals.Count);
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        Assert.False(await db.AuditEntries.AnyAsync(a => a.Action.StartsWith("terminal."), Ct));
    }

    private Terminals Make(TerminalOptions? options = null) => new(
        portal.Databases, portal.Services.GetRequiredService<SshLogin>(), Options.Create(options ?? new TerminalOptions()), time, NullLogger<TerminalSession>.Instance);

    private static async Task<TerminalSession> OpenAsync(Terminals terminals, string host) =>
        Assert.IsType<TerminalOpened.Open>(await terminals.OpenAsync(Admin, host, 80, 24, Ct)).Session;

    private static async Task<string> UntilAsync(TerminalSession session, string what)
    {
        var seen = new StringBuilder();
        await foreach (var piece in session.ReadAsync(Ct))
            if (seen.Append(Encoding.UTF8.GetString(piece.Span)).ToString().Contains(what, StringComparison.Ordinal))
                return seen.ToString();
        throw new InvalidOperationException($"It ended before {what}: {seen}");
    }

    private static async Task DrainAsync(TerminalSession session)
    {
        await foreach (var _ in session.ReadAsync(Ct))
        {
            // Until it ends.
        }
    }
}
