namespace LinboPortal.Infrastructure.Processes;

/// <summary>Finds programs as a shell would, and in the sbin directories that an ordinary user's PATH leaves out.</summary>
public static class Programs
{
    /// <summary>Absolute path of a program; null where it is not installed.</summary>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Concat(["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"])
        .Select(directory => Path.Combine(directory, name))
        .FirstOrDefault(IsExecutable);

    private static bool IsExecutable(string path)
    {
        const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(path) && (File.GetUnixFileMode(path) & Execute) != 0;
    }
}
