namespace LinboPortal.EndToEnd;

/// <summary>Where a portal of a test lives: a data directory and ports of its own on loopback. Portals can be started in it again and again.</summary>
internal sealed class PortalHome : IAsyncDisposable
{
    public const string AdminPassword = "Wartezeit-47-Kreide";

    private readonly List<PortalProcess> portals = [];
    private readonly int tftp = FreePort.Take();
    private readonly int rsync = FreePort.Take();

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("linboportal-").FullName;

    public Uri Address { get; } = new($"http://127.0.0.1:{FreePort.Take()}/");

    /// <summary>Starts a portal here and waits until it answers.</summary>
    public async Task<PortalProcess> StartAsync(IEnumerable<string> settings, CancellationToken ct)
    {
        var portal = await PortalProcess.StartAsync([],
        [
            $"--Portal:DataDirectory={Path.Combine(Directory, "data")}", "--Portal:ServerAddress=127.0.0.1", $"--Urls={Address}",
            $"--Boot:Tftp:Port={tftp}", $"--Distribution:Rsync:Port={rsync}", .. settings,
        ]);
        portals.Add(portal);
        await portal.AnswersAsync(Address, ct);
        return portal;
    }

    /// <summary>Ends the portals that run here, as the system does.</summary>
    public async Task StopAsync()
    {
        foreach (var portal in portals)
            await portal.DisposeAsync();
        portals.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
