using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using LinboPortal.Testing;
using Npgsql;

namespace LinboPortal.Benchmarks;

/// <summary>A published portal with its own PostgreSQL, and fake LINBO clients with real dropbear in its inventory.</summary>
internal sealed class LiveSchool : IAsyncDisposable
{
    private const string Password = "Kreide-47-Wartezeit";
    private const string StartConf = "[LINBO]\nGroup = win\nCache = /dev/sda2\n[Partition]\nDev = /dev/sda1\nSize = 60G\nId = 7\nFSType = ntfs\n[Partition]\nDev = /dev/sda2\nSize =\nId = 83\nFSType = ext4\n[OS]\nName = Windows\nBaseImage = win.qcow2\nBoot = /dev/sda1\nRoot = /dev/sda1\nKernel = auto\n";
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(2);

    private LiveSchool(string home, Contender portal, Uri address) => (Home, Portal, Address) = (home, portal, address);

    /// <summary>The portal's data directory.</summary>
    public string Home { get; }

    public Contender Portal { get; }

    public Uri Address { get; }

    /// <summary>The administrator's bearer token.</summary>
    public string Token { get; private set; } = "";

    public HttpClient Http { get; private set; } = null!;

    public DropbearClients Clients { get; private set; } = null!;

    /// <summary>The private key that the clients let in.</summary>
    public string Key => Path.Combine(Home, "linbo-config", "id_ed25519");

    /// <summary>Starts the portal, then so many clients, and puts them into its inventory, thirty a room.</summary>
    public static async Task<LiveSchool> StartAsync(int hosts, params string[] settings)
    {
        await Needs.InstallAsync(("dropbear", "dropbear-bin"), ("dropbearkey", "dropbear-bin"), ("busybox", "busybox-static"), ("unshare", "util-linux"), ("ssh", "openssh-client"), ("xargs", "findutils"), ("rsync", "rsync"));
        if (DropbearClients.WhyNot is { } reason)
            throw new InvalidOperationException(reason);
        var home = Directory.CreateTempSubdirectory("linboportal-bench-").FullName;
        var program = await PublishAsync(Path.Combine(home, "portal"));
        var (web, ssh) = (FreePort(), FreePort());
        var portal = Contender.Start("portal", program,
        [
            $"--contentRoot={Path.GetDirectoryName(program)}", $"--Urls=http://127.0.0.1:{web}", "--Https:Port=0", $"--Portal:DataDirectory={Path.Combine(home, "data")}", "--Portal:ServerAddress=127.0.0.1", "--Boot:Tftp:Port=0",
            "--Boot:Dhcp:Listen=false", $"--Distribution:Rsync:Port={FreePort()}", $"--Remote:Ssh:Port={ssh}", "--Remote:Probe:Enabled=false",
            $"--Accounts:InitialAdminPassword={Password}", "--environment=Production", .. settings,
        ]);
        var school = new LiveSchool(Path.Combine(home, "data"), portal, new Uri($"http://127.0.0.1:{web}/"));
        await school.SignInAsync();
        school.Clients = await DropbearClients.StartAsync(hosts, await File.ReadAllTextAsync(school.Key + ".pub"), CancellationToken.None, port: ssh, config: Path.GetDirectoryName(school.Key));
        await school.ImportAsync();
        return school;
    }

    /// <summary>All PCs start LINBO anew, as far as they left it.</summary>
    public Task PowerOnAsync() =>
        Parallel.ForEachAsync(Clients, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (client, ct) => await client.PowerOnAsync(ct));

    /// <summary>Sends commands to all PCs.</summary>
    /// <returns>The number of the job.</returns>
    public async Task<int> SendAsync(string commands)
    {
        using var made = await Http.PostAsJsonAsync("api/v1/jobs", new { target = "all", commands });
        if (!made.IsSuccessStatusCode)
            throw new InvalidOperationException(await made.Content.ReadAsStringAsync());
        return (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("number").GetInt32();
    }

    public async Task<JsonElement> JobAsync(int number)
    {
        try
        {
            return (await Http.GetFromJsonAsync<JsonElement>($"api/v1/jobs/{number}")).GetProperty("job");
        }
        catch (HttpRequestException e) when (Portal.HasEnded)
        {
            throw new InvalidOperationException($"The portal has ended with {Portal.ExitCode}: {Portal.Output}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        Portal.Dispose();
        if (Clients is not null)
            await Clients.DisposeAsync();
        Directory.Delete(Path.GetDirectoryName(Home)!, recursive: true);
    }

    // What people run: pages need their files beside the program.
    private static async Task<string> PublishAsync(string folder)
    {
        if (Environment.GetEnvironmentVariable("LINBOPORTAL_PUBLISHED") is { Length: > 0 } made)
            return Path.Combine(made, "LinboPortal");
        Console.WriteLine("Publishing the portal");
        var top = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(top, "LinboPortal.sln")))
            top = Path.GetDirectoryName(top) ?? throw new InvalidOperationException("The benchmarks do not lie in their source tree.");
        using var publish = Process.Start(new ProcessStartInfo("dotnet", ["publish", Path.Combine(top, "LinboPortal/LinboPortal.csproj"), "-c", "Release", "-o", folder, "-v", "quiet", "--nologo"]) { RedirectStandardOutput = true })!;
        var output = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        return publish.ExitCode == 0 ? Path.Combine(folder, "LinboPortal") : throw new InvalidOperationException($"The portal could not be published: {output}");
    }

    private async Task SignInAsync()
    {
        Http = new HttpClient { BaseAddress = Address };
        for (var start = Stopwatch.GetTimestamp(); ; await Task.Delay(300))
        {
            if (Portal.HasEnded || Stopwatch.GetElapsedTime(start) > StartPatience)
                throw new InvalidOperationException($"The portal does not start: {Portal.Output}");
            try
            {
                using var answer = await Http.PostAsJsonAsync("api/v1/auth/token", new { userName = "admin", password = Password });
                if (!answer.IsSuccessStatusCode)
                    continue; // it starts
                Token = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
                Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
                return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
        }
    }

    private async Task ImportAsync()
    {
        var devices = string.Concat(Clients.Select((c, i) => string.Create(CultureInfo.InvariantCulture, $"r{1 + i / 30};{c.Name};win;52:54:00:00:{i / 256:x2}:{i % 256:x2};DHCP;;;;classroom-studentcomputer;;1;;;;;\n")));
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(Encoding.UTF8.GetBytes(devices)), "files", "devices.csv" }, { new ByteArrayContent(Encoding.UTF8.GetBytes(StartConf)), "files", "start.conf.win" },
        };
        using var answer = await Http.PostAsync(new Uri("api/v1/import/apply", UriKind.Relative), form);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
        // No PC of a school has a loopback address, so the portal would not take it.
        var everywhere = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };
        var socket = Path.GetDirectoryName(Directory.EnumerateFiles(Home, ".s.PGSQL.5432", everywhere).First())!;
        await using var source = NpgsqlDataSource.Create($"Host={socket};Username=portal;Database=portal;Pooling=false");
        var addresses = string.Join(',', Clients.Select(c => $"('{c.Name}', '{c.Address}'::inet)"));
        await using var command = source.CreateCommand($"update hosts h set address = v.address from (values {addresses}) v(name, address) where h.name = v.name");
        await command.ExecuteNonQueryAsync();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
