using System.Globalization;
using System.Runtime.InteropServices;

namespace LinboPortal.Infrastructure.Processes;

/// <summary>A user of this machine, to run a program as and to give files to.</summary>
/// <param name="Name">Name in /etc/passwd, or the number where it has none.</param>
/// <param name="UserId">Number of the user.</param>
/// <param name="GroupId">Number of the user's group.</param>
public sealed partial record SystemUser(string Name, uint UserId, uint GroupId)
{
    /// <summary>True where this process is root.</summary>
    public static bool IsRoot => Environment.IsPrivilegedProcess;

    /// <summary>The user that this process runs as.</summary>
    public static SystemUser Current { get; } = new(Environment.UserName, geteuid(), getegid());

    /// <summary>The user of that name, or null.</summary>
    public static SystemUser? Find(string name) => Read().FirstOrDefault(u => u.Name == name);

    /// <summary>The owner of a file or directory.</summary>
    public static async Task<SystemUser> OwnerOfAsync(string path, CancellationToken ct)
    {
        var result = await new ProgramRun("stat", ["-c", "%u %g", "--", path]).RunAsync(ct);
        var ids = Array.ConvertAll(result.Output.Trim().Split(' '), id => uint.Parse(id, CultureInfo.InvariantCulture));
        return Read().FirstOrDefault(u => u.UserId == ids[0]) ?? new SystemUser(ids[0].ToString(CultureInfo.InvariantCulture), ids[0], ids[1]);
    }

    /// <summary>The same run as this user; unchanged where this process already is that user.</summary>
    /// <param name="run">What to run.</param>
    /// <param name="mayEnterAnyDirectory">Lets it pass directories that are closed to it (needed below <c>/root</c>).</param>
    public ProgramRun Wrap(ProgramRun run, bool mayEnterAnyDirectory = false)
    {
        if (UserId == Current.UserId)
            return run;
        string[] capabilities = mayEnterAnyDirectory
            ? ["--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search"]
            : ["--inh-caps=-all"];
        return run with
        {
            Program = "setpriv",
            Arguments = [$"--reuid={UserId}", $"--regid={GroupId}", "--clear-groups", .. capabilities, "--", run.Program, .. run.Arguments],
        };
    }

    /// <summary>Makes this user the owner.</summary>
    /// <exception cref="IOException">The owner cannot be changed.</exception>
    public void Own(string path)
    {
        if (UserId != Current.UserId && lchown(path, UserId, GroupId) != 0)
            throw new IOException($"Cannot give {path} to {Name}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Takes over what another user owns; without root it is this user's already.</summary>
    /// <exception cref="IOException">The owner cannot be changed.</exception>
    public void Take(string path)
    {
        if (IsRoot && lchown(path, UserId, GroupId) != 0)
            throw new IOException($"Cannot take over {path}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    private static IEnumerable<SystemUser> Read() =>
        from line in File.ReadLines("/etc/passwd")
        let fields = line.Split(':')
        where fields.Length >= 4 && uint.TryParse(fields[2], out _) && uint.TryParse(fields[3], out _)
        select new SystemUser(fields[0], uint.Parse(fields[2], CultureInfo.InvariantCulture), uint.Parse(fields[3], CultureInfo.InvariantCulture));

    [LibraryImport("libc")]
    private static partial uint geteuid();

    [LibraryImport("libc")]
    private static partial uint getegid();

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int lchown(string path, uint owner, uint group);
}
