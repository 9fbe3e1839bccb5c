using System.Security.Cryptography;
using System.Text;
using LinboPortal.Infrastructure.Processes;
using Npgsql;

namespace LinboPortal.Infrastructure.Persistence;

/// <summary>A private PostgreSQL cluster: its files, its programs, its socket. Who may use it is decided by the socket's directory (0700).</summary>
/// <param name="directory">Everything of the cluster lies below; absolute.</param>
/// <param name="forTests">Fast, with many connections, and lost with a power cut.</param>
public sealed class PostgresCluster(string directory, bool forTests = false)
{
    private const int RecoveryAttempts = 120;
    private static readonly TimeSpan RecoveryPause = TimeSpan.FromMilliseconds(500);

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // sun_path holds 107 bytes and a NUL; "/.s.PGSQL.5432.lock" follows the directory.
    private const int LongestSocketDirectory = 107 - 19;

    private SystemUser user = SystemUser.Current;
    private bool parentsAreClosed;

    private string Data => Path.Combine(directory, "cluster");

    private string StartLog => Path.Combine(directory, "start.log");

    /// <summary>Where the unix socket lies: below the cluster's directory, or in /tmp where that path is too long for a socket.</summary>
    public string SocketDirectory { get; } = Encoding.UTF8.GetByteCount(Path.Combine(directory, "socket")) <= LongestSocketDirectory
        ? Path.Combine(directory, "socket")
        : Path.Combine("/tmp", "linboportal-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(directory)))[..16]);

    /// <summary>How the portal reaches its database.</summary>
    public string ConnectionString(string database = "portal", string userName = "portal") => new NpgsqlConnectionStringBuilder
    {
        Host = SocketDirectory,
        Username = userName,
        Database = database,
        Timeout = 5,
        MaxPoolSize = 60,
    }.ConnectionString;

    /// <summary>Makes the cluster where there is none yet, and starts it where it does not run.</summary>
    /// <exception cref="PostgresUnavailableException">PostgreSQL is missing or does not start; the message says what to do.</exception>
    public async Task StartAsync(CancellationToken ct)
    {
        try
        {
            user = await ChooseUserAsync(ct);
            CreateOwned(directory);
            parentsAreClosed = await CannotEnterAsync(ct);
            CreateSocketDirectory();
            if (!File.Exists(Path.Combine(Data, "PG_VERSION")))
                await CreateAsync(ct);
            WriteSettings();
            if (!IsRunning())
            {
                await RemoveStaleLocksAsync(ct);
                await RunAsync(Programs().PgCtl, ["start", "-D", Data, "-l", StartLog, "-w", "-t", "60"], ct);
            }

            await CreateDatabaseAsync(ct);
        }
        catch (Exception e) when (e is ProgramFailedException or IOException or UnauthorizedAccessException or NpgsqlException)
        {
            throw new PostgresUnavailableException(
                $"The embedded PostgreSQL below {directory} does not start: {e.Message} {LastLogLine()} Name a server in ConnectionStrings:Portal, or repair it.", e);
        }
    }

    /// <summary>Stops it: running queries are broken off, everything committed stays.</summary>
    public async Task StopAsync(CancellationToken ct)
    {
        if (!IsRunning())
            return;
        // Also one that another process of ours started and left behind.
        user = await ChooseUserAsync(ct);
        try
        {
            await RunAsync(Programs().PgCtl, ["stop", "-D", Data, "-m", "fast", "-w", "-t", "5"], ct);
        }
        catch (ProgramFailedException)
        {
            // It recovers at the next start; leaving it behind would be worse.
            await RunAsync(Programs().PgCtl, ["stop", "-D", Data, "-m", "immediate", "-w", "-t", "2"], ct);
        }
    }

    /// <summary>True while its server process lives.</summary>
    public bool IsRunning()
    {
        try
        {
            return ProcessId() is { } pid && File.ReadAllText($"/proc/{pid}/stat") is var stat
                && stat.Contains("(postgres)", StringComparison.Ordinal) && !stat.Contains(") Z ", StringComparison.Ordinal)
                && File.ReadAllText($"/proc/{pid}/cmdline").Contains(Data, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // no such process any more
        }
    }

    /// <summary>The server's process, as its pid file says; null where there is no such file. The process may be gone.</summary>
    public int? ProcessId() =>
        File.Exists(Path.Combine(Data, "postmaster.pid")) && int.TryParse(File.ReadLines(Path.Combine(Data, "postmaster.pid")).FirstOrDefault(), out var pid)
            ? pid
            : null;

    // PostgreSQL refuses to run as root. Who made the cluster goes on owning it.
    private async Task<SystemUser> ChooseUserAsync(CancellationToken ct)
    {
        var made = Directory.Exists(Data) ? await SystemUser.OwnerOfAsync(Data, ct) : null;
        if (!SystemUser.IsRoot)
            return made is null || made.UserId == SystemUser.Current.UserId
                ? SystemUser.Current
                : throw new IOException($"{directory} belongs to {made.Name}: start the portal as root or as {made.Name}.");
        return made is { UserId: not 0 } ? made : SystemUser.Find("postgres")
            // Not nobody: rsync's processes, which serve strangers, run as that user, and would own the database.
            ?? throw new IOException("There is no user postgres to run the database as, and root may not: add one (useradd --system postgres).");
    }

    private void CreateOwned(string path)
    {
        Directory.CreateDirectory(path, OwnerOnly);
        user.Own(path);
    }

    // In /tmp anybody may have been there before us: a directory of another user would give our database away.
    private void CreateSocketDirectory()
    {
        CreateOwned(SocketDirectory);
        if (new DirectoryInfo(SocketDirectory) is { LinkTarget: not null } or { UnixFileMode: not OwnerOnly })
            throw new IOException($"{SocketDirectory} exists and is not ours: remove it.");
    }

    private async Task<bool> CannotEnterAsync(CancellationToken ct) =>
        (await user.Wrap(new ProgramRun("test", ["-x", directory])).RunAsync(ct, allowFailure: true)).ExitCode != 0;

    private async Task CreateAsync(CancellationToken ct)
    {
        // Made beside its place and moved there: a half-made cluster (power cut, full disk) is never taken for a whole one.
        var unfinished = Path.Combine(directory, "cluster.new");
        if (Directory.Exists(unfinished))
            Directory.Delete(unfinished, recursive: true);
        CreateOwned(unfinished);
        await RunAsync(
            PostgresPrograms.Find(null).Initdb,
            ["-D", unfinished, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions", .. forTests ? (string[])["--no-sync"] : []],
            ct);
        Directory.Move(unfinished, Data);
    }

    private void WriteSettings()
    {
        var path = Path.Combine(Data, "postgresql.auto.conf");
        string[] lines =
        [
            "# Written by LinboPortal at every start.",
            "listen_addresses = ''", "port = 5432", $"unix_socket_directories = '{SocketDirectory.Replace("'", "''", StringComparison.Ordinal)}'",
            "unix_socket_permissions = 0700", "max_connections = 200", "logging_collector = on", "log_directory = 'log'",
            "log_filename = 'postgresql-%a.log'", "log_truncate_on_rotation = on", "log_rotation_age = 1d", "log_rotation_size = 0",
            "log_checkpoints = off",
            "jit = off", // compiling a list's query takes longer than the query
            .. forTests ? (string[])["fsync = off", "full_page_writes = off", "max_connections = 300"] : [],
        ];
        File.WriteAllLines(path, lines);
        user.Own(path);
    }

    // After a restart of the machine or container the number in a lock file may be another program's, and in a container that nobody tidies
    // a killed server stays as a zombie: PostgreSQL would refuse to start in both cases. Workers that outlive their server still hold its
    // shared memory; a second server beside them would destroy the data, so they are waited for.
    private async Task RemoveStaleLocksAsync(CancellationToken ct)
    {
        var pidFile = Path.Combine(Data, "postmaster.pid");
        if (!File.Exists(pidFile))
            return;
        var memory = File.ReadLines(pidFile).ElementAtOrDefault(6)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var id] ? id : "";
        for (var attempt = 0; IsAttached(memory); attempt++)
        {
            if (attempt == 100)
                throw new IOException("processes of a killed PostgreSQL still work on the data: end them, or restart the machine.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), ct);
        }

        File.Delete(pidFile);
        File.Delete(Path.Combine(SocketDirectory, ".s.PGSQL.5432.lock"));
    }

    // Columns of /proc/sysvipc/shm: key shmid perms size cpid lpid nattch ...
    private static bool IsAttached(string sharedMemory) =>
        File.ReadLines("/proc/sysvipc/shm").Skip(1)
            .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Any(c => c.Length > 6 && c[1] == sharedMemory && c[6] != "0");

    private async Task CreateDatabaseAsync(CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString("postgres", "postgres"));
        if (await IsThereAsync(source, "select exists (select from pg_database where datname = 'portal')", ct))
            return;
        // A start that was cut off between the two has made the role already.
        if (!await IsThereAsync(source, "select exists (select from pg_roles where rolname = 'portal')", ct))
        {
            await using var role = source.CreateCommand("create role portal login createdb");
            await role.ExecuteNonQueryAsync(ct);
        }

        await using var database = source.CreateCommand("create database portal owner portal");
        await database.ExecuteNonQueryAsync(ct);
    }

    // A server that a killed portal left behind may itself still recover from a crash; until then it takes no connections.
    private static async Task<bool> IsThereAsync(NpgsqlDataSource source, string query, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var command = source.CreateCommand(query);
                return (bool)(await command.ExecuteScalarAsync(ct))!;
            }
            catch (NpgsqlException e) when (e.IsTransient && attempt < RecoveryAttempts)
            {
                await Task.Delay(RecoveryPause, ct);
            }
        }
    }

    private PostgresPrograms Programs() => PostgresPrograms.Find(File.ReadAllText(Path.Combine(Data, "PG_VERSION")).Trim());

    private Task<ProgramResult> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken ct) =>
        user.Wrap(new ProgramRun(program, arguments), parentsAreClosed).RunAsync(ct);

    private string LastLogLine()
    {
        var logs = Directory.Exists(Path.Combine(Data, "log")) ? new DirectoryInfo(Path.Combine(Data, "log")).GetFiles("*.log") : [];
        string?[] files = [logs.MaxBy(f => f.LastWriteTimeUtc)?.FullName, StartLog];
        return files.OfType<string>().Where(File.Exists).SelectMany(File.ReadLines).LastOrDefault(l => l.Contains("FATAL", StringComparison.Ordinal)) ?? "";
    }
}
