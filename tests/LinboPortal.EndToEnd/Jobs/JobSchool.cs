using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using LinboPortal.Testing;

namespace LinboPortal.EndToEnd.Jobs;

/// <summary>One published portal for all tests with fake LINBO clients that have a real dropbear. Each test brings PCs of its own.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class JobSchool : IAsyncLifetime, ICollectionFixture<JobSchool>
{
    public const string Name = "PCs with dropbear";

    private const string StartConf =
        "[LINBO]\nGroup = win\nCache = /dev/sda2\n[Partition]\nDev = /dev/sda1\nLabel = windows\nSize = 60G\nId = 7\nFSType = ntfs\n"
        + "[Partition]\nDev = /dev/sda2\nLabel = cache\nSize =\nId = 83\nFSType = ext4\n[OS]\nName = Windows\nBaseImage = win.qcow2\nBoot = /dev/sda1\nRoot = /dev/sda1\nKernel = auto\n";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);
    private readonly OwnPostgres? database;
    private readonly PortalHome home = new();
    private readonly int port = FreePort.Take();
    private readonly List<(string Room, string Name, DropbearClient Client)> pcs = [];
    private readonly List<DropbearClients> networks = [];

    public JobSchool()
    {
    }

    /// <summary>A portal of a test's own, with a database that is not the portal's.</summary>
    internal JobSchool(OwnPostgres database) => this.database = database;

    internal PortalApi Api { get; private set; } = null!;

    internal PortalProcess Portal { get; private set; } = null!;

    internal Uri Address => home.Address;

    public async ValueTask InitializeAsync()
    {
        if (DropbearClients.WhyNot is not null)
            return; // the tests say so, where they ask for PCs
        await StartPortalAsync(CancellationToken.None);
        Api = await PortalApi.SignInAsync(home.Address, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        Api?.Dispose();
        await home.DisposeAsync();
        foreach (var network in networks)
            await network.DisposeAsync();
    }

    /// <summary>Starts the portal, again where it was killed.</summary>
    internal async Task StartPortalAsync(CancellationToken ct) => Portal = await home.StartAsync(
        [
            $"--Accounts:InitialAdminPassword={PortalHome.AdminPassword}", "--Remote:Probe:Enabled=false", "--Boot:Dhcp:Listen=false", $"--Remote:Ssh:Port={port}",
            "--Jobs:Lease=00:00:10", "--Jobs:Parallel=20", "--Jobs:PerRoom=10", "--Jobs:Connect=00:00:10", "--Remote:Terminal:IdleMinutes=0.2", "--Remote:Terminal:WarnSeconds=4",
            .. database is null ? [] : new[] { $"--ConnectionStrings:Portal={database.ConnectionString}" },
        ], ct);

    /// <summary>SIGKILL for the first process of the portal's own PostgreSQL; the portal starts it again.</summary>
    internal async Task KillDatabaseAsync(CancellationToken ct)
    {
        // A former one may have left its file behind.
        var file = Directory.EnumerateFiles(home.Directory, "postmaster.pid", SearchOption.AllDirectories).FirstOrDefault();
        if (file is not null && (await File.ReadAllLinesAsync(file, ct))[0] is var id && File.Exists($"/proc/{id}/comm")
            && (await File.ReadAllTextAsync($"/proc/{id}/comm", ct)).StartsWith("postgres", StringComparison.Ordinal))
            await Programs.RunAsync("kill", ["-KILL", id], ct);
    }

    /// <summary>Switches on so many PCs and puts them into the inventory.</summary>
    /// <param name="count">How many.</param>
    /// <param name="room">Their rooms' name, with a number behind it for each 25: <c>lab1</c>, <c>lab2</c>. They are called <c>lab-pc1</c> and so on.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>By name.</returns>
    internal async Task<IReadOnlyList<(string Name, DropbearClient Client)>> SwitchOnAsync(int count, string room, CancellationToken ct)
    {
        Assert.SkipWhen(DropbearClients.WhyNot is not null, DropbearClients.WhyNot ?? "");
        var key = Directory.EnumerateFiles(home.Directory, "id_ed25519.pub", SearchOption.AllDirectories).First();
        var clients = await DropbearClients.StartAsync(count, await File.ReadAllTextAsync(key, ct), ct, port: port, config: Path.GetDirectoryName(key));
        networks.Add(clients);
        List<(string Room, string Name, DropbearClient Client)> came =
            [.. clients.Select((c, i) => (string.Create(CultureInfo.InvariantCulture, $"{room}{1 + i / 25}"), $"{room}-{c.Name}", c))];
        pcs.AddRange(came);
        await ImportAsync(ct);
        return came.ConvertAll(c => (c.Name, c.Client));
    }

    /// <summary>Makes a job.</summary>
    /// <returns>Its number.</returns>
    internal async Task<int> SendAsync(object body, CancellationToken ct) =>
        JsonDocument.Parse(await Api.SendAsync(HttpMethod.Post, "api/v1/jobs", JsonContent.Create(body), ct)).RootElement.GetProperty("number").GetInt32();

    /// <summary>Waits until a job has ended.</summary>
    /// <returns>State and reason of each PC.</returns>
    internal async Task<Dictionary<string, string>> EndedAsync(int number, CancellationToken ct)
    {
        await Programs.UntilAsync($"job {number} ends: {Portal.Output}", Patience, async () =>
            await AskAsync($"api/v1/jobs/{number}", ct) is { } found && found.GetProperty("job").GetProperty("endedAt").ValueKind != JsonValueKind.Null ? "yes" : null, ct);
        var runs = (JsonElement?)await Programs.UntilAsync<object>("its PCs are told", Patience, async () => await AskAsync($"api/v1/jobs/{number}/runs", ct), ct);
        return runs!.Value.EnumerateArray().ToDictionary(
            r => r.GetProperty("host").GetString()!, r => $"{r.GetProperty("state").GetString()} {r.GetProperty("reason").GetString()}".TrimEnd());
    }

    /// <summary>Asks; null while the portal or its database is away.</summary>
    internal async Task<JsonElement?> AskAsync(string path, CancellationToken ct)
    {
        try
        {
            return await Api.GetAsync(path, ct);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private async Task ImportAsync(CancellationToken ct)
    {
        var devices = string.Concat(pcs.Select((p, i) => string.Create(
            CultureInfo.InvariantCulture, $"{p.Room};{p.Name};win;52:54:00:00:{i / 256:x2}:{i % 256:x2};DHCP;;;;classroom-studentcomputer;;1;;;;;\n")));
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(Encoding.UTF8.GetBytes(devices)), "files", "devices.csv" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes(StartConf)), "files", "start.conf.win" },
        };
        await Api.SendAsync(HttpMethod.Post, "api/v1/import/apply", form, ct);
        // No PC of a school has a loopback address, so the portal would not take it.
        var addresses = string.Join(',', pcs.Select(p => $"('{p.Name}', '{p.Client.Address}'::inet)"));
        var folder = database?.Socket ?? Path.GetDirectoryName(Directory.EnumerateFiles(
            home.Directory, ".s.PGSQL.5432", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }).First())!;
        await Programs.RunAsync("psql", ["-h", folder, "-U", "portal", "-d", "portal", "-c", $"update hosts h set address = v.address from (values {addresses}) v(name, address) where h.name = v.name"], ct);
    }
}
