using System.Diagnostics;
using System.Globalization;
using System.Text;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Events;
using LinboPortal.Core.Hosts;
using LinboPortal.Hosts;
using LinboPortal.Hosts.Import;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace LinboPortal.Benchmarks;

/// <summary>A large school: import, lists, searches and counts of 20,000 hosts in 625 rooms and 40 groups, on a PostgreSQL of its own.</summary>
internal static class HostsBenchmark
{
    private const int Count = 20_000;
    private const int Rounds = 15;
    private static readonly Person Admin = Person.Portal;

    public static async Task<int> RunAsync()
    {
        var directory = Path.Combine(Path.GetTempPath(), $"linboportal-bench-{Environment.ProcessId}");
        var cluster = new PostgresCluster(directory);
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
            await ImportAsync(databases);
            await ReadAsync(databases);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"memory of the process {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6,10:0} MB at most"));
            return 0;
        }
        finally
        {
            await cluster.StopAsync(CancellationToken.None);
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task ImportAsync(IDbContextFactory<PortalDb> databases)
    {
        var import = new HostImport(databases, new PortalEvents(), TimeProvider.System);
        ImportFile[] files = [new("devices.csv", Devices("")), new("subnets.csv", "10.0.0.0/8;10.255.255.254\n"u8.ToArray())];
        await TimeAsync("preview of 20,000 new hosts", 1, () => import.PreviewAsync(files, new ImportWishes(), CancellationToken.None));
        await TimeAsync("import of 20,000 new hosts", 1, () => ApplyAsync(files));
        await TimeAsync("the same again, nothing to do", 1, () => ApplyAsync(files));
        await TimeAsync("import that changes them all", 1, () => ApplyAsync([new("devices.csv", Devices("x"))]));

        Task ApplyAsync(IReadOnlyList<ImportFile> given) => import.ApplyAsync(Admin, given, new ImportWishes(), fingerprint: null, progress: null, CancellationToken.None);
    }

    private static async Task ReadAsync(IDbContextFactory<PortalDb> databases)
    {
        var list = new HostList(databases);
        (string Name, HostQuery Query)[] queries =
        [
            ("first page", new HostQuery()), ("last page", new HostQuery { Page = 400 }), ("page 200 by group", new HostQuery { Page = 200, Sort = HostSort.Group }),
            ("page 100 by last seen", new HostQuery { Page = 100, Sort = HostSort.Seen, Descending = true }), ("search name", new HostQuery { Search = "r300-pc" }),
            ("search address", new HostQuery { Search = "10.16.3" }), ("search MAC", new HostQuery { Search = "00:4e:1" }), ("search two words", new HostQuery { Search = "lab7 pc01" }),
            ("search without a hit", new HostQuery { Search = "nowhere" }), ("one room", new HostQuery { Room = "r300" }),
        ];
        foreach (var (name, query) in queries)
        {
            await TimeAsync(name, Rounds, () => list.ReadAsync(Admin, query, CancellationToken.None));
            await TimeAsync("  its counts by state", Rounds, () => list.CountAsync(Admin, query, CancellationToken.None));
        }

        await TimeAsync("rooms with counts", Rounds, () => new RoomList(databases).ReadAsync(Admin, CancellationToken.None));
        await FillNewPcsAsync(databases);
        var newPcs = new NewPcs(databases, new PortalEvents(), TimeProvider.System);
        await TimeAsync("page of 5,000 new PCs", Rounds, async () =>
        {
            await newPcs.CountAsync(Admin, CancellationToken.None);
            await newPcs.CountAsync(Admin, ignored: true, CancellationToken.None);
            await newPcs.ReadAsync(Admin, ignored: false, CancellationToken.None, 25);
        });
        await TimeAsync("export of devices.csv", 3, () => new HostExport(databases).DevicesAsync(Host.DefaultSchool, CancellationToken.None));
    }

    private static async Task FillNewPcsAsync(IDbContextFactory<PortalDb> databases)
    {
        await using var db = await databases.CreateDbContextAsync();
        var now = TimeProvider.System.GetUtcNow();
        db.NewPcs.AddRange(Enumerable.Range(0, 5000).Select(i => new NewPc { Mac = new MacAddress(0x020000000000UL + (ulong)i), FirstSeenAt = now, LastSeenAt = now.AddSeconds(-i), Boots = 1 }));
        await db.SaveChangesAsync();
    }

    /// <summary>Prints the middle and the worst of the rounds; the first of several only warms up.</summary>
    private static async Task TimeAsync(string name, int rounds, Func<Task> act)
    {
        if (rounds > 1)
            await act();
        List<double> times = [];
        for (var i = 0; i < rounds; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await act();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        times.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-32} {times[times.Count / 2],10:0.0} ms  worst {times[^1],10:0.0} ms"));
    }

    private static byte[] Devices(string comment) => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, Count).Select(i => string.Create(
        CultureInfo.InvariantCulture,
        $"r{i / 32 + 1};r{i / 32 + 1}-pc{i % 32 + 1:00};lab{i / 32 % 40 + 1};{new MacAddress(0x525400000000UL + (ulong)i)};10.{16 + i / 62500}.{i / 250 % 250}.{i % 250 + 1};;;;classroom-studentcomputer;;1;;;;{comment};\n"))));
}
