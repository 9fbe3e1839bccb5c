using System.Globalization;

namespace LinboPortal.EndToEnd.Jobs;

/// <summary>A PostgreSQL that is no part of a portal: it can be stopped, killed and started as an administrator or a power cut does it.</summary>
internal sealed class OwnPostgres : IAsyncDisposable
{
    private const string User = "postgres";
    private readonly string directory = Directory.CreateTempSubdirectory("linboportal-own-pg-").FullName;
    private readonly string programs = Directory.EnumerateDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Last() + "/bin/";

    private OwnPostgres()
    {
    }

    /// <summary>Where its socket lies.</summary>
    public string Socket => directory;

    /// <summary>For <c>ConnectionStrings:Portal</c>.</summary>
    public string ConnectionString => $"Host={directory};Username=portal;Database=portal;Timeout=5;Maximum Pool Size=60";

    private string Data => Path.Combine(directory, "data");

    /// <summary>Makes it, and a database of the portal's in it.</summary>
    public static async Task<OwnPostgres> CreateAsync(CancellationToken ct)
    {
        var made = new OwnPostgres();
        await Programs.RunAsync("chown", [User, made.directory], ct);
        await made.RunAsync("initdb", ["-D", made.Data, "-A", "trust", "-U", User, "-E", "UTF8"], ct);
        await File.AppendAllTextAsync(Path.Combine(made.Data, "postgresql.conf"), $"\nlisten_addresses = ''\nunix_socket_directories = '{made.directory}'\nfsync = off\n", ct);
        await made.StartAsync(ct);
        await Programs.RunAsync("psql", ["-h", made.directory, "-U", User, "-c", "create role portal superuser login", "-c", "create database portal owner portal"], ct);
        return made;
    }

    public Task StartAsync(CancellationToken ct) => RunAsync("pg_ctl", ["start", "-D", Data, "-w", "-l", Path.Combine(directory, "log")], ct);

    /// <summary>As an upgrade of its package does: connections are ended.</summary>
    public Task StopAsync(CancellationToken ct) => RunAsync("pg_ctl", ["stop", "-D", Data, "-m", "fast", "-w"], ct);

    /// <summary>SIGKILL for its first process.</summary>
    public async Task KillAsync(CancellationToken ct)
    {
        var id = (await File.ReadAllLinesAsync(Path.Combine(Data, "postmaster.pid"), ct))[0];
        await Programs.RunAsync("kill", ["-KILL", int.Parse(id, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)], ct);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync(CancellationToken.None);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private Task<string> RunAsync(string program, IEnumerable<string> arguments, CancellationToken ct) =>
        Programs.RunAsync("setpriv", [$"--reuid={User}", $"--regid={User}", "--clear-groups", programs + program, .. arguments], ct);
}
