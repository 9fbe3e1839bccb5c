using System.Diagnostics;
using System.Globalization;
using LinboPortal.Core.Events;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace LinboPortal.Benchmarks;

/// <summary>A tree of 200 images with 2,000 versions is read and read again; a large file is summed by the portal and by sha256sum, in turn.</summary>
internal static class ImagesBenchmark
{
    private const int Images = 200;
    private const int VersionsOfEach = 10;
    private const int Rounds = 5;
    private const int Megabytes = 2048;

    public static async Task<int> RunAsync(string? folder)
    {
        var directory = Path.Combine(folder ?? Path.GetTempPath(), $"linboportal-bench-{Environment.ProcessId}");
        Directory.CreateDirectory(directory);
        try
        {
            await ScanAsync(directory);
            await VerifyAsync(directory);
            return 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task ScanAsync(string directory)
    {
        var cluster = new PostgresCluster(Path.Combine(directory, "postgres"));
        await cluster.StartAsync(CancellationToken.None);
        try
        {
            await using (var source = NpgsqlDataSource.Create(cluster.ConnectionString("postgres", "postgres") + ";Pooling=false"))
            await using (var create = source.CreateCommand("create database bench owner portal"))
                await create.ExecuteNonQueryAsync();
            await using var services = new ServiceCollection().AddSingleton(NpgsqlDataSource.Create(cluster.ConnectionString("bench"))).AddPortalDb().BuildServiceProvider();
            var databases = services.GetRequiredService<IDbContextFactory<PortalDb>>();
            await using (var db = await databases.CreateDbContextAsync())
                await db.Database.MigrateAsync();
            var tree = new LinboTree(Path.Combine(directory, "tree"), Path.Combine(directory, "config"), Path.Combine(directory, "logs"));
            var folders = new ImageFolders(tree);
            Make(folders.Root);
            using var scan = new ImageScan(databases, folders, new ImageDirectoryReader(folders, TimeZoneInfo.Utc), new PortalEvents(), TimeProvider.System);
            await TimeAsync("first scan, 200 images and 2,000 versions", 1, scan.RunAsync);
            await TimeAsync("scan with nothing new", Rounds, scan.RunAsync);
        }
        finally
        {
            await cluster.StopAsync(CancellationToken.None);
        }
    }

    private static async Task VerifyAsync(string directory)
    {
        var path = Path.Combine(directory, "large");
        var block = new byte[1 << 20];
        await using (var file = File.Create(path))
        {
            for (var i = 0; i < Megabytes; i++)
            {
                Random.Shared.NextBytes(block);
                await file.WriteAsync(block);
            }
        }

        var hash = new ImageHash(TimeProvider.System);
        List<double> ours = [], theirs = [];
        for (var round = 0; round < Rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            var sum = await hash.ReadAsync(path, null, toDisk: false, null, CancellationToken.None);
            ours.Add(Megabytes / Stopwatch.GetElapsedTime(start).TotalSeconds);
            start = Stopwatch.GetTimestamp();
            using var process = Process.Start(new ProcessStartInfo("sha256sum", [path]) { RedirectStandardOutput = true })!;
            var said = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            theirs.Add(Megabytes / Stopwatch.GetElapsedTime(start).TotalSeconds);
            Require(said.StartsWith(sum, StringComparison.Ordinal), "both sums are the same");
        }

        var (mine, other) = (Middle(ours), Middle(theirs));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"verification {mine:0} MiB/s, sha256sum {other:0} MiB/s, ratio {mine / other:0.00}"));
    }

    private static void Make(string root)
    {
        var header = new byte[8192];
        new byte[] { 0x51, 0x46, 0x49, 0xfb, 0, 0, 0, 3 }.CopyTo(header, 0);
        header[29] = 0x10;
        for (var i = 0; i < Images; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"image{i:000}");
            Write(Path.Combine(root, name), name, "202611250800", header);
            for (var v = 0; v < VersionsOfEach; v++)
            {
                var stamp = string.Create(CultureInfo.InvariantCulture, $"2026{v + 1:00}010800");
                Write(Path.Combine(root, name, "backups", stamp), name, stamp, header);
            }
        }
    }

    private static void Write(string directory, string name, string stamp, byte[] content)
    {
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, name + ".qcow2");
        File.WriteAllBytes(path, content);
        File.WriteAllText(path + ".info", $"[\"{name}.qcow2\" Info File]\ntimestamp=\"{stamp}\"\nimage=\"{name}.qcow2\"\nimagesize=\"{content.Length}\"\n");
        File.WriteAllText(path + ".desc", $"{stamp}: test\n");
        File.WriteAllText(Path.Combine(directory, name + ".postsync"), "#!/bin/bash\n");
    }

    private static async Task TimeAsync(string what, int rounds, Func<CancellationToken, Task> act)
    {
        List<double> times = [];
        for (var i = 0; i < rounds; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await act(CancellationToken.None);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-44} {Middle(times),8:0} ms, worst {times.Max():0}"));
    }

    private static double Middle(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static void Require(bool holds, string what)
    {
        if (!holds)
            throw new InvalidOperationException("Not so: " + what);
    }
}
