using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Hosts;
using LinboPortal.Infrastructure.Accounts;
using LinboPortal.Infrastructure.Remote;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LinboPortal.Tests.Remote;

/// <summary>Shells and commands on PCs through the portal, as linbo-ssh uses them, against real dropbear.</summary>
public sealed class ShellApiTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly PortalFactory portal = new(postgres);
    private DropbearClients room = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(DropbearClients.WhyNot is not null, DropbearClients.WhyNot ?? "");
        await portal.InitializeAsync();
        var port = FreePort.Take();
        portal.With("Remote:Ssh:Port", $"{port}").With("Remote:Ssh:ConnectSeconds", "30");
        portal.UseKestrel(0);
        portal.StartServer();
        var key = portal.Services.GetRequiredService<InstallationKey>();
        room = await DropbearClients.StartAsync(1, key.PublicLine, Ct, port: port, config: Path.GetDirectoryName(key.PrivatePath));
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        var lab = new Room { School = Host.DefaultSchool, Name = "lab" };
        db.AddRange(lab, new Host { School = Host.DefaultSchool, Name = "pc1", RoomId = lab.Id, Address = room[0].Address });
        await db.SaveChangesAsync(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (room is not null)
            await room.DisposeAsync();
        await portal.DisposeAsync();
    }

    [Fact]
    public async Task A_command_has_its_input_output_errors_and_exit_code_and_is_written_down()
    {
        using var socket = await ConnectAsync(await AccountAsync(Role.Administrator), "pc1");
        await SayAsync(socket, new { command = "id -u; cat; echo aside >&2; exit 7" });
        var input = new byte[300_000];
        Random.Shared.NextBytes(input);
        foreach (var piece in input.Chunk(10_000))
            await socket.SendAsync(piece, WebSocketMessageType.Binary, endOfMessage: true, Ct);
        await SayAsync(socket, new { eof = true });

        var (output, errors, end) = await ReadAsync(socket);

        Assert.Equal([.. "0\n"u8, .. input], output);
        Assert.Equal("aside\n", Encoding.UTF8.GetString(errors));
        Assert.Equal(7, end.GetProperty("exit").GetInt32());
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        var opened = await db.AuditEntries.SingleAsync(a => a.Action == "terminal.open", Ct);
        Assert.Contains("id -u; cat", opened.Details, StringComparison.Ordinal);
        Assert.Equal("pc1", opened.Subject);
    }

    [Fact]
    public async Task A_terminal_has_its_size_and_ends_with_its_shell()
    {
        using var socket = await ConnectAsync(await AccountAsync(Role.Administrator), "pc1");
        await SayAsync(socket, new { columns = 101, rows = 33 });
        await socket.SendAsync("stty size; exit\n"u8.ToArray(), WebSocketMessageType.Binary, endOfMessage: true, Ct);

        var (output, _, end) = await ReadAsync(socket);

        Assert.Contains("33 101", Encoding.UTF8.GetString(output), StringComparison.Ordinal);
        Assert.Equal(0, end.GetProperty("exit").GetInt32());
    }

    [Fact]
    public async Task Who_may_not_open_terminals_gets_none_and_a_PC_that_nobody_knows_is_named()
    {
        var refused = await Assert.ThrowsAsync<WebSocketException>(async () => await ConnectAsync(await AccountAsync(Role.Teacher), "pc1"));
        Assert.Contains("403", refused.Message, StringComparison.Ordinal);

        using var socket = await ConnectAsync(await AccountAsync(Role.Administrator), "nobody");
        await SayAsync(socket, new { command = "true" });
        Assert.Contains("nobody", (await ReadAsync(socket)).End.GetProperty("refused").GetString(), StringComparison.Ordinal);

        using var silent = await ConnectAsync(await AccountAsync(Role.Administrator), "pc1");
        await silent.SendAsync("no object"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, Ct);
        Assert.Contains("JSON", (await ReadAsync(silent)).End.GetProperty("refused").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_ends_at_once_when_the_account_may_no_more()
    {
        var account = await AccountAsync(Role.Administrator);
        using var socket = await ConnectAsync(account, "pc1");
        await SayAsync(socket, new { command = "echo here; sleep 600" });
        await socket.ReceiveAsync(new byte[100], Ct);

        await using (var db = await portal.Databases.CreateDbContextAsync(Ct))
            await db.Users.Where(u => u.Id == account.Id).ExecuteUpdateAsync(set => set.SetProperty(u => u.Role, Role.Observer), Ct);
        portal.Services.GetRequiredService<AccountNews>().Tell(account.Id);

        Assert.Contains("not good any more", (await ReadAsync(socket)).End.GetProperty("refused").GetString(), StringComparison.Ordinal);
    }

    private async Task<ClientWebSocket> ConnectAsync(Account account, string host)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", "Bearer " + portal.Services.GetRequiredService<AccountTokens>().Create(account).Token);
        await socket.ConnectAsync(new UriBuilder(portal.ClientOptions.BaseAddress) { Scheme = "ws", Path = $"/api/v1/hosts/{host}/shell" }.Uri, Ct);
        return socket;
    }

    private static Task SayAsync(ClientWebSocket socket, object wish) =>
        socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(wish), WebSocketMessageType.Text, endOfMessage: true, Ct);

    private static async Task<(byte[] Output, byte[] Errors, JsonElement End)> ReadAsync(ClientWebSocket socket)
    {
        using MemoryStream output = new(), errors = new(), message = new();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var received = await Wait.ForAsync("the shell says more", socket.ReceiveAsync(buffer, Ct));
            message.Write(buffer, 0, received.Count);
            if (!received.EndOfMessage)
                continue;
            var whole = message.ToArray();
            message.SetLength(0);
            if (received.MessageType is WebSocketMessageType.Text)
                return (output.ToArray(), errors.ToArray(), JsonDocument.Parse(whole).RootElement);
            (whole[0] == 1 ? output : errors).Write(whole, 1, whole.Length - 1);
        }
    }

    private Task<Account> AccountAsync(Role role) => portal.CreateAccountAsync($"s{Guid.CreateVersion7():N}", role);
}
