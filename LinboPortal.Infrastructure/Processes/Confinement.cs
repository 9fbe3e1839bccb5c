using System.Globalization;

namespace LinboPortal.Infrastructure.Processes;

/// <summary>
/// Runs a program that reads what strangers made (<c>qemu-img</c>): without new privileges, without a network, with bounds for memory, computing time and what
/// it writes. Where the portal is root, also without root's capabilities, and where it only reads, as the user nobody. What this machine lacks is left out.
/// </summary>
internal static class Confinement
{
    /// <summary>Bytes of address space.</summary>
    private const long Memory = 4L * 1024 * 1024 * 1024;

    private static readonly string? PrLimit = Programs.Find("prlimit");
    private static readonly string? SetPriv = Programs.Find("setpriv");
    private static readonly string? Unshare = Programs.Find("unshare");
    private static readonly SystemUser? Nobody = SystemUser.IsRoot ? SystemUser.Find("nobody") : null;

    /// <summary>The same run, for a program that only reads these files.</summary>
    public static ProgramRun Reading(ProgramRun run, params IReadOnlyList<string> files)
    {
        string[] limits = [$"--as={Memory}", $"--cpu={Seconds(run.Timeout)}", "--fsize=0", "--core=0"];
        return Wrap([.. Limited(limits), .. Apart(), .. AsNobody(files), run.Program, .. run.Arguments], run);
    }

    /// <summary>The same run, for a program that writes a file of the portal's.</summary>
    public static ProgramRun Writing(ProgramRun run) => Wrap([.. ForWriting(), run.Program, .. run.Arguments], run);

    /// <summary>What stands in front of a program that writes a file of the portal's, however long that takes.</summary>
    public static IReadOnlyList<string> ForWriting() => [.. Limited([$"--as={Memory}", "--core=0"]), .. Apart(), .. WithFewRights()];

    private static ProgramRun Wrap(IReadOnlyList<string> command, ProgramRun run) => run with { Program = command[0], Arguments = [.. command.Skip(1)] };

    private static string Seconds(TimeSpan time) => Math.Max(1, (long)time.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    private static string[] Limited(string[] limits) => PrLimit is null ? [] : [PrLimit, .. limits, "--"];

    private static string[] Apart() => SystemUser.IsRoot && Unshare is not null ? [Unshare, "--net", "--"] : [];

    private static string[] AsNobody(IReadOnlyList<string> files)
    {
        if (SetPriv is null)
            return [];
        if (Nobody is null)
            return [SetPriv, "--no-new-privs", "--"];
        string[] user = [SetPriv, $"--reuid={Nobody.UserId}", $"--regid={Nobody.GroupId}", "--clear-groups", "--no-new-privs"];
        // Below a directory that is closed to others it gets the one capability to read there.
        return files.All(IsOpenToAll)
            ? [.. user, "--inh-caps=-all", "--bounding-set=-all", "--"]
            : [.. user, "--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search", "--bounding-set=-all,+dac_read_search", "--"];
    }

    // Root without the capabilities that make it root: it may write where the portal does, and no more.
    private static string[] WithFewRights() =>
        SetPriv is null ? []
        : SystemUser.IsRoot ? [SetPriv, "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all,+dac_override,+dac_read_search,+fowner", "--"]
        : [SetPriv, "--no-new-privs", "--"];

    private static bool IsOpenToAll(string path)
    {
        try
        {
            if (!File.GetUnixFileMode(path).HasFlag(UnixFileMode.OtherRead))
                return false;
            for (var directory = Path.GetDirectoryName(Path.GetFullPath(path)); directory is not null; directory = Path.GetDirectoryName(directory))
                if (!File.GetUnixFileMode(directory).HasFlag(UnixFileMode.OtherExecute))
                    return false;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
