using System.Globalization;
using System.Security.Cryptography;

namespace LinboPortal.Benchmarks;

/// <summary>Our TFTP server beside dnsmasq, tftpd-hpa and atftpd.</summary>
internal static class TftpBenchmark
{
    private const string FileName = "linbofs64";
    private const int FileBytes = 32 * 1024 * 1024;
    private const string Ours = "LinboPortal";

    private static readonly Scenario[] Scenarios =
    [
        new("50 clients, blksize 1428", 50, 1428, 1, 0), new("200 clients, blksize 1428", 200, 1428, 1, 0), new("200 clients, blksize 1024", 200, 1024, 1, 0),
        new("50 clients, windowsize 16", 50, 1428, 16, 0), new("200 clients, windowsize 16", 200, 1428, 16, 0),
        new("50 clients, 1 % loss", 50, 1428, 1, 0.01), new("50 clients, windowsize 16, 1 % loss", 50, 1428, 16, 0.01),
        new("1 client, blksize 1428", 1, 1428, 1, 0), new("1 client, windowsize 16", 1, 1428, 16, 0),
    ];

    public static async Task<int> RunAsync(string[] arguments, string unpacked)
    {
        var seconds = arguments is [var text, ..] ? double.Parse(text, CultureInfo.InvariantCulture) : 4;
        var only = arguments is [_, var name, ..] ? name : "";
        var folder = Directory.CreateTempSubdirectory("linboportal-benchmark-").FullName;
        try
        {
            var root = Directory.CreateDirectory(Path.Combine(folder, "root")).FullName;
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
            await File.WriteAllBytesAsync(Path.Combine(root, FileName), RandomNumberGenerator.GetBytes(FileBytes));
            Console.WriteLine("| scenario | server | MB/s | CPU ns/byte | memory MB | files | failed | resent by clients |\n|---|---|---|---|---|---|---|---|");
            foreach (var scenario in Scenarios.Where(s => arguments is not [_, _, var wanted, ..] || s.Name.Contains(wanted, StringComparison.Ordinal)))
            {
                foreach (var start in Field(root, unpacked, scenario.Window > 1).Where(c => c.Name.Contains(only, StringComparison.Ordinal)))
                    await MeasureAsync(scenario, start.Start, TimeSpan.FromSeconds(seconds));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    private static IEnumerable<(string Name, Func<Contender> Start)> Field(string root, string unpacked, bool withWindow)
    {
        var libraries = Path.Combine(unpacked, "lib/x86_64-linux-gnu") + ":" + Path.Combine(unpacked, "usr/lib/x86_64-linux-gnu");
        yield return (Ours, () => Contender.Start(Ours, Environment.ProcessPath!, ["serve-tftp", root]));
        yield return ("atftpd", () => Contender.Start(
            "atftpd", Path.Combine(unpacked, "usr/sbin/atftpd"), ["--daemon", "--no-fork", "--maxthread", "1000", "--user", "root", "--port", "69", root], libraries));
        if (withWindow)
            yield break;
        yield return ("dnsmasq", () => Contender.Start(
            "dnsmasq", "dnsmasq", ["-k", "--conf-file=/dev/null", "--port=0", "--enable-tftp", $"--tftp-root={root}", "--tftp-max=1000", "--user=root", "--pid-file=", "--log-facility=-"]));
        yield return ("tftpd-hpa", () => Contender.Start(
            "tftpd-hpa", Path.Combine(unpacked, "usr/sbin/in.tftpd"), ["--foreground", "--ipv4", "--address", "0.0.0.0:69", "--user", "root", "--secure", root], libraries));
    }

    private static async Task MeasureAsync(Scenario scenario, Func<Contender> start, TimeSpan duration)
    {
        using var contender = start();
        await Task.Delay(1000); // until it listens
        var (cpuBefore, memory) = (0.0, 0.0);
        using var load = new TftpLoad(scenario.Clients, FileName, FileBytes, scenario.BlockSize, scenario.Window, scenario.Loss);
        // All on this thread: the load is to have one core and the server the other.
        var result = load.Run(TimeSpan.FromSeconds(1.5), duration, () => (cpuBefore, _) = contender.Use());
        (var cpu, memory) = contender.Use();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {scenario.Name} | {contender.Name} | {result.MegabytesPerSecond:0.0} | {(cpu - cpuBefore) * 1e9 / Math.Max(1, result.Bytes):0.00} | {memory:0} | {result.Completed} | {result.Failed} | {result.Resent} |"));
    }

    private sealed record Scenario(string Name, int Clients, int BlockSize, int Window, double Loss);
}
