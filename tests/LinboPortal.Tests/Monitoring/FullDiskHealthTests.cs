using System.Diagnostics;
using LinboPortal.Infrastructure;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Infrastructure.Persistence;
using LinboPortal.Monitoring;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Npgsql;

namespace LinboPortal.Tests.Monitoring;

/// <summary>Disks without a byte left, on small file systems in memory.</summary>
public sealed class FullDiskHealthTests : IDisposable
{
    private readonly string mount = Directory.CreateTempSubdirectory("linboportal-full-").FullName;
    private readonly string elsewhere = Directory.CreateTempSubdirectory("linboportal-other-").FullName;
    private bool isMounted;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("data")]
    [InlineData("tree")]
    [InlineData("logs")]
    public async Task A_full_disk_is_no_readiness_and_is_named(string which)
    {
        Mount("4m");
        string Of(string what) => which == what ? mount : elsewhere;
        var health = new DiskHealth(
            Options.Create(new PortalOptions { DataDirectory = Of("data") }), Options.Create(new LinboOptions { Root = Of("tree"), LogDirectory = Of("logs") }));
        Assert.NotEqual(HealthStatus.Unhealthy, (await CheckAsync(health)).Status);

        Fill();
        var full = await CheckAsync(health);
        Assert.Equal(HealthStatus.Unhealthy, full.Status);
        Assert.Contains($"No space left in {mount} (", full.Description, StringComparison.Ordinal);

        File.Delete(Path.Combine(mount, "filler"));
        // A process that another test starts at this moment holds the file until it becomes another program.
        await Wait.UntilAsync("the room of the deleted file is free", async () => (await CheckAsync(health)).Status != HealthStatus.Unhealthy);
    }

    [Fact]
    public async Task A_database_whose_disk_is_full_is_not_called_healthy()
    {
        Mount("150m");
        File.SetUnixFileMode(mount, (UnixFileMode)0b111_101_101);
        var cluster = new PostgresCluster(Path.Combine(mount, "pg"), forTests: true);
        await cluster.StartAsync(Ct);
        try
        {
            await using var services = new ServiceCollection().AddSingleton(NpgsqlDataSource.Create(cluster.ConnectionString())).AddPortalDb().BuildServiceProvider();
            var databases = services.GetRequiredService<IDbContextFactory<PortalDb>>();
            await using (var db = await databases.CreateDbContextAsync(Ct))
                await db.Database.MigrateAsync(Ct);
            var health = new DatabaseHealth(services.GetRequiredService<NpgsqlDataSource>(), databases);
            Assert.Equal(HealthStatus.Healthy, (await CheckAsync(health)).Status);

            Fill();
            var full = await CheckAsync(health);
            Assert.Equal(HealthStatus.Unhealthy, full.Status);
            Assert.Contains("No space left on device", full.Description, StringComparison.Ordinal);

            File.Delete(Path.Combine(mount, "filler"));
            Assert.Equal(HealthStatus.Healthy, (await CheckAsync(health)).Status);
        }
        finally
        {
            File.Delete(Path.Combine(mount, "filler"));
            await cluster.StopAsync(CancellationToken.None);
        }
    }

    public void Dispose()
    {
        if (isMounted)
            Run("umount", mount);
        Directory.Delete(mount, recursive: true);
        Directory.Delete(elsewhere, recursive: true);
    }

    private static Task<HealthCheckResult> CheckAsync(IHealthCheck check) => check.CheckHealthAsync(new HealthCheckContext(), Ct);

    private void Mount(string size)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Mounting a small file system in memory needs root.");
        Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", mount);
        isMounted = true;
    }

    private void Fill()
    {
        using var file = File.Create(Path.Combine(mount, "filler"));
        var (block, drive) = (new byte[4096], new DriveInfo(mount));
        try
        {
            while (drive.AvailableFreeSpace > 0)
                RandomAccess.Write(file.SafeFileHandle, block, file.Length);
        }
        catch (IOException)
        {
            // That was the last byte.
        }
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
