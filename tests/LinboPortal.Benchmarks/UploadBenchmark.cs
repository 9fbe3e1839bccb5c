using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;

namespace LinboPortal.Benchmarks;

/// <summary>A large file by tus to the whole portal as a process of its own, the line cut ten times, twice by killing the portal: byte for byte, and in how much memory.</summary>
internal sealed class UploadBenchmark : IDisposable
{
    private const int Cuts = 10;
    private const string Password = "Kreide-und-Schwamm";
    private const string ContentType = "application/offset+octet-stream";

    private readonly string directory = Directory.CreateTempSubdirectory("linboportal-bench-upload-").FullName;
    private readonly HttpClient http;
    private readonly int port;
    private Process portal = null!;
    private long mostMemory;

    private UploadBenchmark()
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }

        http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromHours(1) };
    }

    public static async Task<int> RunAsync(long gibibytes)
    {
        using var run = new UploadBenchmark();
        return await run.MeasureAsync(gibibytes << 30);
    }

    public void Dispose()
    {
        http.Dispose();
        if (portal is { HasExited: false })
        {
            portal.Kill();
            portal.WaitForExit();
        }

        portal?.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private async Task<int> MeasureAsync(long length)
    {
        var file = Path.Combine(directory, "big.iso");
        var sum = await MakeAsync(file, length);
        await StartAsync();
        await SignInAsync();
        var address = await BeginAsync(length);
        var watch = Stopwatch.StartNew();
        for (var cut = 1; cut <= Cuts; cut++)
            await CutAsync(file, address, length / (Cuts + 1) * cut, kill: cut % 5 == 0);
        await SendAsync(file, address, CancellationToken.None);
        var sent = watch.Elapsed;
        await TakenAsync(address);
        var taken = watch.Elapsed;
        Remember();
        var same = await SumAsync(Path.Combine(directory, "data/linbo/images/big/big.iso")) == sum;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{length / 1e9:0.0} GB, {Cuts} cuts: {(same ? "byte-identical" : "DIFFERENT")}, sent in {sent.TotalSeconds:0.0} s ({length / 1e6 / sent.TotalSeconds:0} MB/s), the image after {taken.TotalSeconds:0.0} s, memory of the portal at most {mostMemory / 1024} MB"));
        return same ? 0 : 1;
    }

    /// <summary>Sends until so many bytes are there, and ends the line or the portal.</summary>
    private async Task CutAsync(string file, string address, long until, bool kill)
    {
        using var line = new CancellationTokenSource();
        var sending = SendAsync(file, address, line.Token);
        while (await OffsetAsync(address) < until)
            await Task.Delay(20);
        Remember();
        if (kill)
        {
            portal.Kill();
            await portal.WaitForExitAsync();
            portal.Dispose();
        }

        await line.CancelAsync();
        try
        {
            await sending;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            // That was the point.
        }

        if (kill)
            await StartAsync();
    }

    /// <summary>Sends from where the portal is to the end, as any tus client: again where it says no or hangs up, as long as it does not see yet that a line was cut.</summary>
    private async Task SendAsync(string path, string address, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                if (await SendRestAsync(path, address, ct))
                    return;
            }
            catch (Exception e) when (e is HttpRequestException or IOException && !ct.IsCancellationRequested)
            {
                // It hung up in the middle of the piece.
            }

            await Task.Delay(100, ct);
        }
    }

    private async Task<bool> SendRestAsync(string path, string address, CancellationToken ct)
    {
        var offset = await OffsetAsync(address);
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous);
        file.Position = offset;
        using var request = Request(HttpMethod.Patch, address);
        request.Headers.Add("Upload-Offset", offset.ToString(CultureInfo.InvariantCulture));
        request.Content = new StreamContent(file, 1 << 18);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(ContentType);
        using var answer = await http.SendAsync(request, ct);
        return answer.IsSuccessStatusCode;
    }

    private async Task<string> BeginAsync(long length)
    {
        using var request = Request(HttpMethod.Post, "/api/v1/image-uploads");
        request.Headers.Add("Upload-Length", length.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("Upload-Metadata", "filename " + Convert.ToBase64String("big.iso"u8));
        using var made = await http.SendAsync(request);
        made.EnsureSuccessStatusCode();
        return made.Headers.Location!.ToString();
    }

    private async Task<long> OffsetAsync(string address)
    {
        using var request = Request(HttpMethod.Head, address);
        using var answer = await http.SendAsync(request);
        return long.Parse(answer.Headers.GetValues("Upload-Offset").Single(), CultureInfo.InvariantCulture);
    }

    private async Task TakenAsync(string address)
    {
        while (true)
        {
            var task = await http.GetFromJsonAsync<JsonElement>("/api/v1/image-tasks/" + address.Split('/')[^1]);
            if (task.GetProperty("state").GetString() == "Done")
                return;
            if (task.GetProperty("endedAt").ValueKind != JsonValueKind.Null)
                throw new InvalidOperationException(task.ToString());
            await Task.Delay(100);
        }
    }

    private static HttpRequestMessage Request(HttpMethod method, string address)
    {
        var request = new HttpRequestMessage(method, address);
        request.Headers.Add("Tus-Resumable", "1.0.0");
        return request;
    }

    private async Task StartAsync()
    {
        portal = Process.Start(new ProcessStartInfo("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "LinboPortal.dll"), $"--Urls=http://127.0.0.1:{port}", "--Https:Port=0", $"--Portal:DataDirectory={Path.Combine(directory, "data")}",
            "--Boot:Tftp:Port=0", "--Boot:Dhcp:Listen=false", "--Distribution:Rsync:Enabled=false", "--Remote:Probe:Enabled=false", $"--Accounts:InitialAdminPassword={Password}",
            "--Logging:LogLevel:Default=Error",
        ])
        { WorkingDirectory = AppContext.BaseDirectory, RedirectStandardOutput = true })!;
        _ = portal.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        for (var tries = 0; ; tries++)
        {
            try
            {
                using var answer = await http.GetAsync("/health");
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException) when (tries < 600)
            {
                // It is starting.
            }

            await Task.Delay(200);
        }
    }

    private async Task SignInAsync()
    {
        using var answer = await http.PostAsJsonAsync("/api/v1/auth/token", new { userName = "admin", password = Password });
        answer.EnsureSuccessStatusCode();
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    private void Remember()
    {
        var line = File.ReadLines($"/proc/{portal.Id}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        mostMemory = Math.Max(mostMemory, long.Parse(line.Split(' ', '\t', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture));
    }

    private static async Task<string> MakeAsync(string path, long length)
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0);
        var buffer = new byte[1 << 20];
        var random = new Random(5);
        for (long at = 0; at < length; at += buffer.Length)
        {
            random.NextBytes(buffer);
            sum.AppendData(buffer);
            await file.WriteAsync(buffer);
        }

        return Convert.ToHexStringLower(sum.GetHashAndReset());
    }

    private static async Task<string> SumAsync(string path)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file));
    }
}
