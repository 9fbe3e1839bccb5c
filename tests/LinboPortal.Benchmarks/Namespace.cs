using System.Diagnostics;

namespace LinboPortal.Benchmarks;

/// <summary>A network of our own, so that port 69 is free and nothing else is on the wire.</summary>
internal static class Namespace
{
    private const string Mark = "LINBOPORTAL_BENCHMARK_INSIDE";

    /// <param name="arguments">Ours, for the process inside.</param>
    /// <param name="packages">Debian packages that exclude each other, or that nobody wants installed: unpacked below the folder that is passed on.</param>
    /// <param name="inside">The benchmark.</param>
    public static async Task<int> RunInsideAsync(string[] arguments, string[] packages, Func<string, Task<int>> inside)
    {
        if (Environment.GetEnvironmentVariable(Mark) is { } unpacked)
        {
            await StartAndWaitAsync("ip", ["link", "set", "lo", "up"]);
            // tftpd-hpa binds to nothing on a machine that has no address but 127.0.0.1.
            await StartAndWaitAsync("ip", ["addr", "add", "10.99.0.1/32", "dev", "lo"]);
            return await inside(unpacked);
        }

        if (Environment.UserName != "root")
        {
            await Console.Error.WriteLineAsync("Needs root: the servers run in a network namespace of their own, on port 69.");
            return 1;
        }

        var folder = Directory.CreateTempSubdirectory("linboportal-benchmark-").FullName;
        try
        {
            // First, because inside there is no way to the packages.
            await UnpackAsync(folder, packages);
            var start = new ProcessStartInfo("unshare", ["--net", Environment.ProcessPath!, .. arguments]);
            start.Environment[Mark] = folder;
            using var process = Process.Start(start)!;
            await process.WaitForExitAsync();
            return process.ExitCode;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task UnpackAsync(string folder, string[] packages)
    {
        if (packages is [])
            return;
        await StartAndWaitAsync("apt-get", ["download", "-q", .. packages], folder);
        foreach (var package in Directory.EnumerateFiles(folder, "*.deb"))
            await StartAndWaitAsync("dpkg", ["-x", package, folder]);
    }

    private static async Task StartAndWaitAsync(string program, IEnumerable<string> arguments, string? directory = null)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = directory ?? "", RedirectStandardError = true })!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {error}");
    }
}
