using System.Text;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Remote;
using LinboPortal.Infrastructure.Distribution;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Infrastructure.Remote;
using LinboPortal.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Files = LinboPortal.Infrastructure.LinboTree.LinboTree;

namespace LinboPortal.Infrastructure.Tests.Remote;

/// <summary>SSH as the portal has it, with a key and a password of its own, and hosts for the fake clients.</summary>
internal sealed class SshRig : IAsyncDisposable
{
    public const string Password = "Kreide;$(touch /tmp/no)'\"";

    private readonly TestDatabase database;
    private readonly TemporaryFolder folder = new();
    private readonly SshLogin login;
    private readonly Dictionary<DropbearClient, Guid> hosts = [];

    private SshRig(TestDatabase database, SshOptions options)
    {
        this.database = database;
        Key = new InstallationKey(new Files(folder.At("tree"), folder.At("config"), folder.At("logs")), NullLogger<InstallationKey>.Instance);
        var tree = new Files(folder.At("tree"), folder.At("config"), folder.At("logs"));
        login = new SshLogin(Key, new HostKeyPins(database.Databases, TimeProvider.System), new KnownHostKeys(tree), Options.Create(options), TimeProvider.System);
        Connections = new SshConnections(login, Options.Create(options), TimeProvider.System);
        Linbo = new SshLinboClient(Connections, new LinboPassword(
            Options.Create(new LinboOptions { Password = Password }), Options.Create(new PortalOptions { DataDirectory = folder.At("data"), ServerAddress = "127.0.0.1" })), new AskingHosts(database.Databases, TimeProvider.System));
    }

    public InstallationKey Key { get; }

    /// <summary>LINBO's configuration directory: the host keys that lie there are known.</summary>
    public string Config => folder.At("config");

    public SshConnections Connections { get; }

    public SshLinboClient Linbo { get; }

    public SshLogin Login => login;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<SshRig> StartAsync(TestDatabase database, SshOptions? options = null)
    {
        var rig = new SshRig(database, options ?? new SshOptions { ConnectSeconds = 30 });
        await rig.Key.EnsureAsync(Ct);
        return rig;
    }

    /// <summary>Where a fake client is, as a host of the inventory.</summary>
    public async Task<LinboAddress> AddressOfAsync(DropbearClient client)
    {
        if (!hosts.TryGetValue(client, out var id))
        {
            await using var db = await database.Databases.CreateDbContextAsync(Ct);
            var room = new Room { School = Host.DefaultSchool, Name = "r-" + Guid.CreateVersion7() };
            var host = new Host { School = Host.DefaultSchool, Name = "h-" + Guid.CreateVersion7(), RoomId = room.Id, Address = client.Address };
            db.AddRange(room, host);
            await db.SaveChangesAsync(Ct);
            hosts[client] = id = host.Id;
        }

        return new LinboAddress(id, client.Name, client.Address, client.Port);
    }

    public async Task<ILinboSession> ConnectAsync(DropbearClient client) => await Linbo.ConnectAsync(await AddressOfAsync(client), Ct);

    public async Task<LinboClientException> RefusedAsync(DropbearClient client) => await Assert.ThrowsAsync<LinboClientException>(() => ConnectAsync(client));

    /// <summary>Follows a task to its end.</summary>
    public static async Task<(byte[] Output, int? Code)> FollowAsync(ILinboSession session, string task, string command, long from = 0, Action<long>? seen = null)
    {
        using var output = new MemoryStream();
        int? code = null;
        await foreach (var told in session.RunAsync(task, CommandLine.Parse(command).Commands[0], from, Ct))
        {
            if (told is TaskOutput.Ended ended)
                code = ended.ExitCode;
            if (told is not TaskOutput.Piece piece)
                continue;
            Assert.Equal(from + output.Length, piece.Offset);
            output.Write(piece.Bytes.Span);
            seen?.Invoke(from + output.Length);
        }

        return (output.ToArray(), code);
    }

    public static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    public async ValueTask DisposeAsync()
    {
        await Connections.DisposeAsync();
        login.Dispose();
        folder.Dispose();
    }
}
