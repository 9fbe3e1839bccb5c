using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Events;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Jobs;
using LinboPortal.Infrastructure.Accounts;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LinboPortal.Tests.Events;

/// <summary>A portal on a real port.</summary>
public sealed class ListeningPortal(PostgresFixture postgres) : IAsyncLifetime
{
    public PortalFactory Portal { get; } = new PortalFactory(postgres).With("Events:SocketsPerPerson", "2").With("Events:Backlog", "8");

    public async ValueTask InitializeAsync()
    {
        await Portal.InitializeAsync();
        Portal.UseKestrel(0);
        Portal.StartServer();
    }

    public ValueTask DisposeAsync() => Portal.DisposeAsync();
}

public sealed class EventStreamTests(ListeningPortal listening) : IClassFixture<ListeningPortal>
{
    private readonly PortalFactory portal = listening.Portal;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_teacher_hears_of_the_own_rooms_only()
    {
        var own = await AddRoomAsync();
        using var socket = await ConnectAsync(await AccountAsync(Role.Teacher, own.Id));

        Publish(new PortalEvent.HostStateChanged(Guid.CreateVersion7(), "elsewhere", Guid.CreateVersion7(), HostState.Linbo, default));
        Publish(new PortalEvent.GroupUpdated(Guid.CreateVersion7(), "lab", 3));
        Publish(new PortalEvent.BootStepServed(Guid.CreateVersion7(), null, null, null, BootStepKind.Tftp, "x", BootStepOutcome.Served, 1, default));
        Publish(new PortalEvent.HostStateChanged(Guid.CreateVersion7(), "here", own.Id, HostState.Linbo, default));

        var message = await ReadAsync(socket);
        Assert.Equal("host.state", message.GetProperty("type").GetString());
        Assert.Equal("here", message.GetProperty("data").GetProperty("host").GetString());
        Assert.Equal("Linbo", message.GetProperty("data").GetProperty("state").GetString());
        Assert.True(message.GetProperty("time").TryGetDateTimeOffset(out _));
    }

    [Fact]
    public async Task Of_a_job_with_PCs_of_other_rooms_a_teacher_hears_neither_target_nor_numbers()
    {
        var own = await AddRoomAsync();
        using var teacher = await ConnectAsync(await AccountAsync(Role.Teacher, own.Id));
        using var observer = await ConnectAsync(await AccountAsync(Role.Observer));
        var (shared, all) = (Guid.CreateVersion7(), new List<Guid> { own.Id, Guid.CreateVersion7() });
        Publish(new PortalEvent.JobCreated(shared, 7, "reboot", "host:here,elsewhere", 2, all));
        Publish(new PortalEvent.JobCreated(Guid.CreateVersion7(), 8, "reboot", "host:here", 1, [own.Id]));

        var data = (await ReadAsync(teacher)).GetProperty("data");
        Assert.Equal(7, data.GetProperty("number").GetInt32());
        Assert.False(data.TryGetProperty("target", out _) || data.TryGetProperty("hosts", out _));
        Assert.Equal("host:here", (await ReadAsync(teacher)).GetProperty("data").GetProperty("target").GetString());
        Assert.Equal("host:here,elsewhere", (await ReadAsync(observer)).GetProperty("data").GetProperty("target").GetString());
    }

    [Fact]
    public async Task An_observer_hears_of_boots_of_unknown_PCs_too()
    {
        using var socket = await ConnectAsync(await AccountAsync(Role.Observer));

        Publish(new PortalEvent.BootStepServed(
            Guid.CreateVersion7(), null, null, null, BootStepKind.Tftp, "boot/grub/grub.cfg", BootStepOutcome.NotFound, 0, TimeSpan.FromSeconds(1.5)));

        var data = (await ReadAsync(socket)).GetProperty("data");
        Assert.Equal("boot/grub/grub.cfg", data.GetProperty("path").GetString());
        Assert.Equal("NotFound", data.GetProperty("outcome").GetString());
        Assert.Equal(1.5, data.GetProperty("seconds").GetDouble());
    }

    [Fact]
    public async Task The_stream_ends_when_the_account_does()
    {
        var account = await AccountAsync(Role.Observer);
        using var socket = await ConnectAsync(account);
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        await db.Users.Where(a => a.Id == account.Id).ExecuteDeleteAsync(Ct);

        portal.Services.GetRequiredService<AccountNews>().Tell(account.Id);

        var received = await Wait.ForAsync("the stream ends", socket.ReceiveAsync(new byte[100], Ct));
        Assert.Equal(WebSocketMessageType.Close, received.MessageType);
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, received.CloseStatus);
    }

    [Fact]
    public async Task One_socket_too_many_is_refused_and_a_closed_one_makes_room()
    {
        var account = await AccountAsync(Role.Observer);
        using var first = await ConnectAsync(account);
        using var second = await ConnectAsync(account);
        var refusal = await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(account));
        Assert.Contains("429", refusal.Message, StringComparison.Ordinal);

        await first.CloseAsync(WebSocketCloseStatus.NormalClosure, "", Ct);

        using var third = await ConnectAsync(account);
        Assert.Equal(WebSocketState.Open, third.State);
    }

    [Fact]
    public async Task Streams_over_plain_HTTP_count_as_sockets_do()
    {
        var account = await AccountAsync(Role.Observer);
        var job = new Job { School = "default-school", Target = "host:here", Commands = "reboot", State = JobState.Queued, CreatedBy = "admin", CreatedAt = TimeProvider.System.GetUtcNow(), Waves = "", Note = "" };
        job.Runs.Add(new HostRun { Host = "here", RoomId = Guid.CreateVersion7() });
        await using (var db = await portal.Databases.CreateDbContextAsync(Ct))
        {
            db.Add(job);
            await db.SaveChangesAsync(Ct);
        }

        using var http = new HttpClient { BaseAddress = portal.ClientOptions.BaseAddress };
        http.DefaultRequestHeaders.Authorization = new("Bearer", portal.Services.GetRequiredService<AccountTokens>().Create(account).Token);
        Task<HttpResponseMessage> OpenAsync() => http.GetAsync($"/api/v1/jobs/{job.Id}/stream", HttpCompletionOption.ResponseHeadersRead, Ct);
        using var first = await OpenAsync();
        using var socket = await ConnectAsync(account);
        using (var refused = await OpenAsync())
            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.TooManyRequests), (first.StatusCode, refused.StatusCode));

        first.Dispose();
        await Wait.UntilAsync("a closed stream makes room", async () =>
        {
            using var next = await OpenAsync();
            return next.StatusCode == HttpStatusCode.OK;
        });
    }

    [Fact]
    public async Task Nobody_listens_without_credentials_or_with_a_cookie_from_a_foreign_page()
    {
        using var stranger = new ClientWebSocket();
        Assert.Contains("401", (await Assert.ThrowsAsync<WebSocketException>(() => stranger.ConnectAsync(Address, Ct))).Message, StringComparison.Ordinal);

        var account = await AccountAsync(Role.Observer);
        var cookie = await CookieAsync(account.UserName!);
        using var foreign = WithCookie(cookie, "http://evil.example");
        Assert.Contains("403", (await Assert.ThrowsAsync<WebSocketException>(() => foreign.ConnectAsync(Address, Ct))).Message, StringComparison.Ordinal);
        using var own = WithCookie(cookie, portal.ClientOptions.BaseAddress.ToString().TrimEnd('/'));
        await own.ConnectAsync(Address, Ct);
        Assert.Equal(WebSocketState.Open, own.State);
    }

    [Fact]
    public async Task A_foreign_page_cannot_change_anything_with_somebodys_cookie()
    {
        var account = await AccountAsync(Role.Administrator);
        using var http = new HttpClient(new HttpClientHandler { UseCookies = false }) { BaseAddress = portal.ClientOptions.BaseAddress };
        http.DefaultRequestHeaders.Add("Cookie", await CookieAsync(account.UserName!));
        http.DefaultRequestHeaders.Add("Origin", "http://evil.example");

        using var answer = await http.PostAsJsonAsync("/api/v1/auth/token", new { userName = "x", password = "y" }, Ct);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task Who_comes_without_a_handshake_is_told_what_to_do()
    {
        using var http = await portal.CreateClientFor(Role.Observer);

        using var answer = await http.GetAsync("/api/v1/events", Ct);

        Assert.Equal(HttpStatusCode.UpgradeRequired, answer.StatusCode);
        Assert.Contains("WebSocket", await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    private Uri Address => new UriBuilder(portal.ClientOptions.BaseAddress) { Scheme = "ws", Path = "/api/v1/events" }.Uri;

    private Task<Account> AccountAsync(Role role, params IEnumerable<Guid> rooms) => portal.CreateAccountAsync($"e{Guid.CreateVersion7():N}", role, rooms);

    private void Publish(PortalEvent portalEvent) => portal.Services.GetRequiredService<PortalEvents>().Publish(portalEvent);

    private async Task<Room> AddRoomAsync()
    {
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        var room = new Room { School = "default-school", Name = $"r{Guid.CreateVersion7():N}" };
        db.Add(room);
        await db.SaveChangesAsync(Ct);
        return room;
    }

    private async Task<ClientWebSocket> ConnectAsync(Account account)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", "Bearer " + portal.Services.GetRequiredService<AccountTokens>().Create(account).Token);
        await socket.ConnectAsync(Address, Ct);
        return socket;
    }

    private static ClientWebSocket WithCookie(string cookie, string origin)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Cookie", cookie);
        socket.Options.SetRequestHeader("Origin", origin);
        return socket;
    }

    private async Task<string> CookieAsync(string userName)
    {
        // On a real port the factory's own client follows redirects whatever it is told, and the cookie comes with the redirect.
        using var visitor = new Accounts.Visitor(
            new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = portal.ClientOptions.BaseAddress });
        using var answer = await visitor.SignInAsync(userName);
        return answer.Headers.GetValues("Set-Cookie").First(c => c.StartsWith("linboportal=", StringComparison.Ordinal)).Split(';')[0];
    }

    private static async Task<JsonElement> ReadAsync(ClientWebSocket socket)
    {
        var buffer = new byte[4096];
        var received = await Wait.ForAsync("an event comes", socket.ReceiveAsync(buffer, Ct));
        return JsonDocument.Parse(buffer.AsMemory(0, received.Count)).RootElement;
    }
}
