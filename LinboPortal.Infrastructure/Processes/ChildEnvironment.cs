using System.Diagnostics;

namespace LinboPortal.Infrastructure.Processes;

/// <summary>
/// The environment of programs that the portal starts. Settings come by environment as well, passwords among them, and <c>/proc/PID/environ</c> of a
/// child is open to all who run as its user: children get what they need and nothing else.
/// </summary>
internal static class ChildEnvironment
{
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static readonly string[] Kept = ["TZ", "TMPDIR"];

    /// <summary>Replaces what would be inherited.</summary>
    /// <param name="info">How the program is started.</param>
    /// <param name="own">Variables that this program needs beside.</param>
    public static void Set(ProcessStartInfo info, IReadOnlyDictionary<string, string> own)
    {
        info.Environment.Clear();
        info.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH") is { Length: > 0 } path ? path : DefaultPath;
        info.Environment["LC_ALL"] = "C";
        foreach (var name in Kept)
            if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value)
                info.Environment[name] = value;
        foreach (var (name, value) in own)
            info.Environment[name] = value;
    }
}
