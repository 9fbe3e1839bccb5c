using System.Globalization;

namespace LinboPortal.Infrastructure.Persistence;

/// <summary>The PostgreSQL programs of this machine.</summary>
/// <param name="Directory">Where <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c> lie.</param>
internal sealed record PostgresPrograms(string Directory)
{
    private static readonly string[] Needed = ["initdb", "pg_ctl", "postgres"];

    public string Initdb => Path.Combine(Directory, "initdb");

    public string PgCtl => Path.Combine(Directory, "pg_ctl");

    /// <summary>The newest programs, or those of the version that the cluster was made with.</summary>
    /// <param name="clusterVersion">Content of the cluster's PG_VERSION, null for a new one.</param>
    /// <exception cref="PostgresUnavailableException">Nothing fitting is installed.</exception>
    public static PostgresPrograms Find(string? clusterVersion)
    {
        var candidates = Candidates().Where(d => Needed.All(p => File.Exists(Path.Combine(d, p)))).ToList();
        if (candidates is [])
            throw new PostgresUnavailableException(
                "PostgreSQL is not installed. Install it (Debian, Ubuntu: apt-get install postgresql), or name a server in ConnectionStrings:Portal.");
        return (clusterVersion is null ? candidates[0] : candidates.FirstOrDefault(d => IsVersion(d, clusterVersion))) is { } directory
            ? new PostgresPrograms(directory)
            : throw new PostgresUnavailableException(
                $"The portal's database was made with PostgreSQL {clusterVersion}, which is not installed (found: {string.Join(", ", candidates)}). "
                + $"Install it (apt-get install postgresql-{clusterVersion}), or move the data with pg_upgrade.");
    }

    private static IEnumerable<string> Candidates()
    {
        const string debian = "/usr/lib/postgresql";
        var versioned = System.IO.Directory.Exists(debian)
            ? from directory in System.IO.Directory.EnumerateDirectories(debian)
              where int.TryParse(Path.GetFileName(directory), out _)
              orderby int.Parse(Path.GetFileName(directory), CultureInfo.InvariantCulture) descending
              select Path.Combine(directory, "bin")
            : [];
        return [.. versioned, .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)];
    }

    // Debian names the directory after the version; elsewhere pg_ctl itself refuses a cluster of another version with a clear line.
    private static bool IsVersion(string directory, string version) =>
        !directory.StartsWith("/usr/lib/postgresql/", StringComparison.Ordinal)
        || directory.Split('/') is [.., var found, "bin"] && found == version;
}

/// <summary>The embedded database cannot be had; the message says what to do.</summary>
public sealed class PostgresUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
