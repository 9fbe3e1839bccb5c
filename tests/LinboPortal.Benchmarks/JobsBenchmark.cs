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

/// <summary>A job for many PCs, side by side with ssh under xargs: fake clients with real dropbear, the same commands, as many at once.</summary>
internal static class JobsBenchmark
{
    private const int AtOnce = 150;
    private const string Password = "Kreide-47-Wartezeit";

    public static async Task<int> RunAsync(int hosts, int rounds)
    {
        if (DropbearClients.WhyNot is { } reason)
            throw new InvalidOperationException(reason);
        var home = Directory.CreateTempSubdirectory("linboportal-jobs-").FullName;
        var (web, ssh) = (FreePort(), FreePort());
        using var portal = Contender.Start("portal", "dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "LinboPortal.dll"), $"--Urls=http://127.0.0.1:{web}", $"--Portal:DataDirectory={home}", "--Portal:ServerAddress=127.0.0.1",
            "--Boot:Tftp:Port=0", "--Boot:Dhcp:Listen=false", $"--Distribution:Rsync:Port={FreePort()}", $"--Remote:Ssh:Port={ssh}", "--Remote:Probe:Enabled=false",
            $"--Accounts:InitialAdminPassword={Password}", $"--Jobs:Parallel={AtOnce}", $"--Jobs:PerRoom={AtOnce}", $"--Jobs:PerStorage={AtOnce}", "--environment=Production",
        ]);
        using var http = await SignInAsync(new Uri($"http://127.0.0.1:{web}/"));
        var key = Path.Combine(home, "linbo-config", "id_ed25519");
        await using var clients = await DropbearClients.StartAsync(hosts, await File.ReadAllTextAsync(key + ".pub"), CancellationToken.None, port: ssh);
        await ImportAsync(http, home, clients);
        List<(double Ours, double Theirs)> times = [];
        for (var round = 0; round < rounds; round++)
        {
            await PowerOnAsync(clients);
            var theirs = await XargsAsync(clients, key, home);
            await PowerOnAsync(clients);
            var ours = await OursAsync(http, hosts);
            times.Add((ours, theirs));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round + 1}: portal {ours,6:0.0} s, ssh under xargs -P {AtOnce} {theirs,6:0.0} s, ratio {ours / theirs:0.00}; portal and its database {portal.Use().Megabytes:0} MB, portal alone {portal.Own():0} MB"));
        }

        var best = times.OrderBy(t => t.Ours / t.Theirs).ElementAt(times.Count / 2);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{hosts} hosts, sync:1,start:1, middle of {rounds}: ratio {best.Ours / best.Theirs:0.00}"));
        return 0;
    }

    private static Task PowerOnAsync(DropbearClients clients) =>
        Parallel.ForEachAsync(clients, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (client, ct) => await client.PowerOnAsync(ct));

    /// <summary>As an administrator's script would: one ssh a PC, both commands.</summary>
    private static async Task<double> XargsAsync(DropbearClients clients, string key, string home)
    {
        var start = Stopwatch.GetTimestamp();
        // Where a PC leaves, ssh ends with 255, which would end xargs.
        var line = $"ssh -q -i {key} -p {clients.Port} -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile={home}/known_hosts -o LogLevel=ERROR root@\"$1\" 'linbo_wrapper sync:1 && linbo_wrapper start:1'; :";
        using var xargs = Process.Start(new ProcessStartInfo("xargs", ["-P", $"{AtOnce}", "-n", "1", "sh", "-c", line, "sh"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        xargs.OutputDataReceived += (_, _) => { };
        xargs.ErrorDataReceived += (_, _) => { };
        xargs.BeginOutputReadLine();
        xargs.BeginErrorReadLine();
        foreach (var client in clients)
            await xargs.StandardInput.WriteLineAsync(client.Address.ToString());
        xargs.StandardInput.Close();
        await xargs.WaitForExitAsync();
        Check(clients, "xargs");
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<double> OursAsync(HttpClient http, int hosts)
    {
        var start = Stopwatch.GetTimestamp();
        using var made = await http.PostAsJsonAsync("api/v1/jobs", new { target = "all", commands = "sync:1,start:1" });
        var number = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("number").GetInt32();
        while (true)
        {
            await Task.Delay(100);
            var job = (await http.GetFromJsonAsync<JsonElement>($"api/v1/jobs/{number}")).GetProperty("job");
            if (job.GetProperty("endedAt").ValueKind == JsonValueKind.Null)
                continue;
            if (job.GetProperty("counts").GetProperty("done").GetInt32() != hosts)
                throw new InvalidOperationException($"Not all are done: {job.GetProperty("counts")}");
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
    }

    private static void Check(DropbearClients clients, string who)
    {
        if (clients.FirstOrDefault(c => c.Left != "start") is { } left)
            throw new InvalidOperationException($"{who} did not start {left.Name}.");
    }

    private static async Task<HttpClient> SignInAsync(Uri address)
    {
        var http = new HttpClient { BaseAddress = address };
        while (true)
        {
            try
            {
                using var answer = await http.PostAsJsonAsync("api/v1/auth/token", new { userName = "admin", password = Password });
                answer.EnsureSuccessStatusCode();
                http.DefaultRequestHeaders.Authorization =
                    new AuthenticationHeaderValue("Bearer", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString());
                return http;
            }
            catch (HttpRequestException e) when (e.StatusCode is null or HttpStatusCode.ServiceUnavailable or HttpStatusCode.Unauthorized)
            {
                await Task.Delay(500); // it starts
            }
        }
    }

    private static async Task ImportAsync(HttpClient http, string home, DropbearClients clients)
    {
        const string StartConf = "[LINBO]\nGroup = win\nCache = /dev/sda2\n[Partition]\nDev = /dev/sda1\nSize = 60G\nId = 7\nFSType = ntfs\n[Partition]\nDev = /dev/sda2\nSize =\nId = 83\nFSType = ext4\n[OS]\nName = Windows\nBaseImage = win.qcow2\nBoot = /dev/sda1\nRoot = /dev/sda1\nKernel = auto\n";
        var devices = string.Concat(clients.Select((c, i) => $"r{1 + i / 30};{c.Name};win;52:54:00:00:{i / 256:x2}:{i % 256:x2};DHCP;;;;classroom-studentcomputer;;1;;;;;\n"));
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(Encoding.UTF8.GetBytes(devices)), "files", "devices.csv" }, { new ByteArrayContent(Encoding.UTF8.GetBytes(StartConf)), "files", "start.conf.win" },
        };
        using var answer = await http.PostAsync(new Uri("api/v1/import/apply", UriKind.Relative), form);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
        // No PC of a school has a loopback address, so the portal would not take it.
        var socket = Path.GetDirectoryName(Directory.EnumerateFiles(home, ".s.PGSQL.5432", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }).First())!;
        await using var source = NpgsqlDataSource.Create($"Host={socket};Username=portal;Database=portal;Pooling=false");
        var addresses = string.Join(',', clients.Select(c => $"('{c.Name}', '{c.Address}'::inet)"));
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
