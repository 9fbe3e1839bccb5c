using System.Net;

namespace LinboPortal.Testing;

/// <summary>
/// A room of fake LINBO clients: real dropbear, busybox and file system each, on an address of 127.0.0.0/8 of its own, all on one port.
/// <c>Assert.SkipWhen(DropbearClients.WhyNot is not null, …)</c> where there is no root.
/// </summary>
public sealed class DropbearClients : IAsyncDisposable, IReadOnlyList<DropbearClient>
{
    private const int AtOnce = 8;
    private static int networks;

    private readonly string folder;
    private readonly List<DropbearClient> clients = [];

    private DropbearClients(string folder, int port, string? fingerprint) => (this.folder, Port, Fingerprint) = (folder, port, fingerprint);

    /// <summary>Why there can be no fake clients here; null where there can.</summary>
    public static string? WhyNot => DropbearRoot.WhyNot;

    /// <summary>The port of all of them.</summary>
    public int Port { get; }

    /// <summary>SHA-256 of the host key that all of them show, as LINBO clients do; null where each has its own.</summary>
    public string? Fingerprint { get; }

    /// <inheritdoc/>
    public int Count => clients.Count;

    /// <summary>A client, from 0.</summary>
    public DropbearClient this[int index] => clients[index];

    /// <summary>Starts so many, and waits until all answer.</summary>
    /// <param name="count">How many.</param>
    /// <param name="authorizedKey">The line for <c>authorized_keys</c>: <c>InstallationKey.PublicLine</c>.</param>
    /// <param name="ct">Gives up.</param>
    /// <param name="ownKeys">True for a host key each; by default they share one.</param>
    /// <param name="port">The port; a free one by default.</param>
    /// <param name="config">LINBO's configuration directory, which then holds the key that they share, as that of an installation does.</param>
    public static async Task<DropbearClients> StartAsync(int count, string authorizedKey, CancellationToken ct, bool ownKeys = false, int? port = null, string? config = null)
    {
        if (WhyNot is { } reason)
            Assert.Skip(reason);
        var folder = Directory.CreateTempSubdirectory("linboportal-clients-").FullName;
        var root = Path.Combine(folder, "root");
        DropbearRoot.Make(root, authorizedKey);
        var shared = Path.Combine(folder, "hostkey");
        var fingerprint = DropbearClient.MakeKey(shared);
        if (config is not null)
            File.Copy(shared, NameIn(config));
        var room = new DropbearClients(folder, port ?? FreePort.Take(), ownKeys ? null : fingerprint);
        // Tests of several processes at once: each has its own corner of 127.0.0.0/8.
        var corner = 64 + ((Environment.ProcessId * 7 + Interlocked.Increment(ref networks) * 31) % 150);
        for (var i = 0; i < count; i++)
        {
            var address = new IPAddress([127, (byte)corner, (byte)(1 + i / 200), (byte)(1 + i % 200)]);
            room.clients.Add(new DropbearClient($"pc{i + 1}", address, room.Port, root, Path.Combine(folder, $"c{i + 1}"), ownKeys ? null : shared));
        }

        await Parallel.ForEachAsync(room.clients, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (client, stop) => await client.PowerOnAsync(stop));
        return room;
    }

    private static string NameIn(string config)
    {
        var name = Path.Combine(Directory.CreateDirectory(config).FullName, "dropbear_ed25519_host_key");
        return File.Exists(name) ? Path.Combine(config, $"dropbear_{Guid.CreateVersion7():N}_host_key") : name;
    }

    /// <inheritdoc/>
    public IEnumerator<DropbearClient> GetEnumerator() => clients.GetEnumerator();

    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(clients.Select(c => c.DisposeAsync().AsTask()));
        Directory.Delete(folder, recursive: true);
    }
}
