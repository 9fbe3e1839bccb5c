using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace LinboPortal.Benchmarks;

/// <summary>/linbo/ beside nginx, loaded by wrk.</summary>
internal static class HttpBenchmark
{
    private const int Rounds = 3;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var seconds = arguments is [var text, ..] ? int.Parse(text, CultureInfo.InvariantCulture) : 5;
        var folder = Directory.CreateTempSubdirectory("linboportal-benchmark-").FullName;
        try
        {
            var root = Directory.CreateDirectory(Path.Combine(folder, "linbo")).FullName;
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
            (string Name, int Bytes)[] files = [("grub.cfg", 4 * 1024), ("linbo64", 12 * 1024 * 1024), ("linbofs64", 64 * 1024 * 1024)];
            foreach (var (name, bytes) in files)
                await File.WriteAllBytesAsync(Path.Combine(root, name), RandomNumberGenerator.GetBytes(bytes));
            var configuration = Path.Combine(folder, "nginx.conf");
            await File.WriteAllTextAsync(configuration, $$"""
                daemon off; worker_processes auto; pid {{folder}}/nginx.pid; error_log stderr; user root;
                events { worker_connections 1024; }
                http { sendfile on; tcp_nopush on; access_log off; server { listen 127.0.0.1:8082; root {{folder}}; } }
                """);
            // In turns: what else the machine does hits both alike.
            Console.WriteLine("| 50 clients, file | server | MB/s | requests/s | CPU ns/byte | memory MB | errors |\n|---|---|---|---|---|---|---|");
            foreach (var (name, bytes) in files)
            {
                List<double> ratios = [];
                for (var round = 0; round < Rounds; round++)
                {
                    var ours = await MeasureAsync(name, bytes, seconds, 8081, () => Contender.Start("LinboPortal", Environment.ProcessPath!, ["serve-http", root]));
                    var nginx = await MeasureAsync(name, bytes, seconds, 8082, () => Contender.Start("nginx", "nginx", ["-c", configuration]));
                    ratios.Add(ours / nginx);
                }

                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | ours : nginx, middle of {Rounds} | **{ratios.Order().ElementAt(Rounds / 2):0.00}** | | | | |"));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    private static async Task<double> MeasureAsync(string file, int bytes, int seconds, int port, Func<Contender> start)
    {
        using var contender = start();
        await Task.Delay(2000); // until it listens
        await WrkAsync(file, 2, port);
        var (before, _) = contender.Use();
        var output = await WrkAsync(file, seconds, port);
        var (cpu, memory) = contender.Use();
        var requests = Value(output, "Requests/sec:");
        var errors = output.Contains("Socket errors", StringComparison.Ordinal) || output.Contains("Non-2xx", StringComparison.Ordinal) ? "yes" : "none";
        // wrk also counts what it got of files that were not complete at its end.
        var rate = Megabytes(output);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {file} ({bytes / 1024} KiB) | {contender.Name} | {rate:0} | {requests:0} | {(cpu - before) * 1e9 / (rate * 1e6 * seconds):0.000} | {memory:0} | {errors} |"));
        return rate;
    }

    private static async Task<string> WrkAsync(string file, int seconds, int port)
    {
        using var wrk = Process.Start(new ProcessStartInfo("wrk", ["-c", "50", "-t", "2", "-d", $"{seconds}", "--timeout", "30", $"http://127.0.0.1:{port}/linbo/{file}"])
        {
            RedirectStandardOutput = true,
        })!;
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        return output;
    }

    private static double Value(string output, string label) =>
        double.Parse(Field(output, label).TrimEnd('k', 'M'), CultureInfo.InvariantCulture);

    private static double Megabytes(string output)
    {
        var field = Field(output, "Transfer/sec:");
        var number = double.Parse(field.TrimEnd('B', 'K', 'M', 'G'), CultureInfo.InvariantCulture);
        return field[^2] switch { 'G' => number * 1073.741824, 'M' => number * 1.048576, 'K' => number / 976.5625, _ => number / 1e6 };
    }

    private static string Field(string output, string label) =>
        output.Split('\n').Single(l => l.StartsWith(label, StringComparison.Ordinal))[label.Length..].Trim();
}
