using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using LinboPortal.Testing;

namespace LinboPortal.EndToEnd.Jobs;

/// <summary>A published portal and a school of fake LINBO clients with real dropbear.</summary>
internal sealed class JobSchool : IAsyncDisposable
{
    private const string StartConf =
        "[LINBO]\nGroup = win\nCache = /dev/sda2\n[Partition]\nDev = /dev/sda1\nLabel = windows\nSize = 60G\nId = 7\nFSType = ntfs\n"
        + "[Partition]\nDev = /dev/sda2\nLabel = cache\nSize =\nId = 83\nFSType = ext4\n[OS]\nName = Windows\nBaseImage = win.qcow2\nBoot = /dev/sda1\nRoot = /dev/sda1\nKernel = auto\n";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);
    private readonly PortalHome home = new();
    private readonly List<string> settings;

    private JobSchool(IEnumerable<string> settings) => this.settings =
    [
        $"--Accounts:InitialAdminPassword={PortalHome.AdminPassword}", "--Remote:Probe:Enabled=false", "--Boot:Dhcp:Listen=false",
        $"--Remote:Ssh:Port={Port}", "--Jobs:Lease=00:00:10", .. settings,
    ];

    private static int Port { get; } = PortalHome.FreeTcpPort();

    public DropbearClients Clients { get; private set; } = null!;

    public PortalApi Api { get; private set; } = null!;

    public PortalProcess Portal { get; private set; } = null!;

    public Uri Address => home.Address;

    /// <summary>Starts a portal and so many clients, each a PC of its inventory.</summary>
    public static async Task<JobSchool> StartAsync(int clients, IEnumerable<string> settings, CancellationToken ct)
    {
        Assert.SkipWhen(DropbearClients.WhyNot is not null, DropbearClients.WhyNot ?? "");
        var school = new JobSchool(settings);
        await school.StartPortalAsync(ct);
        school.Api = await PortalApi.SignInAsync(school.home.Address, ct);
        var key = Directory.EnumerateFiles(school.home.Directory, "id_ed25519.pub", SearchOption.AllDirectories).First();
        school.Clients = await DropbearClients.StartAsync(clients, await File.ReadAllTextAsync(key, ct), ct, port: Port);
        await school.ImportAsync(ct);
        return school;
    }

    public async Task StartPortalAsync(CancellationToken ct) => Portal = await home.StartAsync(settings, ct);

    /// <summary>Makes a job.</summary>
    /// <returns>Its number.</returns>
    public async Task<int> SendAsync(object body, CancellationToken ct) =>
        JsonDocument.Parse(await Api.SendAsync(HttpMethod.Post, "api/v1/jobs", JsonContent.Create(body), ct)).RootElement.GetProperty("number").GetInt32();

    /// <summary>Waits until a job has ended.</summary>
    /// <returns>State and reason of each PC.</returns>
    public async Task<Dictionary<string, string>> EndedAsync(int number, CancellationToken ct)
    {
        await Programs.UntilAsync($"job {number} ends: {Portal.Output}", Patience, async () =>
            (await Api.GetAsync($"api/v1/jobs/{number}", ct)).GetProperty("job").GetProperty("endedAt").ValueKind == JsonValueKind.Null ? null : "yes", ct);
        var runs = await Api.GetAsync($"api/v1/jobs/{number}/runs", ct);
        return runs.EnumerateArray().ToDictionary(
            r => r.GetProperty("host").GetString()!, r => $"{r.GetProperty("state").GetString()} {r.GetProperty("reason").GetString()}".TrimEnd());
    }

    public async ValueTask DisposeAsync()
    {
        Api?.Dispose();
        await home.DisposeAsync();
        if (Clients is not null)
            await Clients.DisposeAsync();
    }

    private async Task ImportAsync(CancellationToken ct)
    {
        var devices = string.Concat(Clients.Select((c, i) => string.Create(
            CultureInfo.InvariantCulture, $"r{1 + i / 25};{c.Name};win;52:54:00:00:{i / 256:x2}:{i % 256:x2};DHCP;;;;classroom-studentcomputer;;1;;;;;\n")));
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(Encoding.UTF8.GetBytes(devices)), "files", "devices.csv" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes(StartConf)), "files", "start.conf.win" },
        };
        await Api.SendAsync(HttpMethod.Post, "api/v1/import/apply", form, ct);
        // No PC of a school has a loopback address, so the portal would not take it.
        var addresses = string.Join(',', Clients.Select(c => $"('{c.Name}', '{c.Address}'::inet)"));
        var folder = Path.GetDirectoryName(Directory.EnumerateFiles(
            home.Directory, ".s.PGSQL.5432", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }).First())!;
        await Programs.RunAsync("psql", ["-h", folder, "-U", "portal", "-d", "portal", "-c", $"update hosts h set address = v.address from (values {addresses}) v(name, address) where h.name = v.name"], ct);
    }
}
