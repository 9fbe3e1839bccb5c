namespace LinboPortal.Infrastructure.Images;

/// <summary>The kernel's lock on an open file (flock), as shells and other portals take it: it goes with the process that held it.</summary>
internal static class FileLock
{
    /// <summary>EWOULDBLOCK: what the kernel says where another process has the lock.</summary>
    private const int WouldBlock = 11;

    /// <summary>Takes it; null where somebody else has it.</summary>
    /// <exception cref="IOException">The file cannot be opened: the disk is full, broken or read-only, the directory missing, too many files open.</exception>
    /// <exception cref="UnauthorizedAccessException">The portal's account may not.</exception>
    public static FileStream? TryTake(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (IsTaken(e))
        {
            return null;
        }
    }

    /// <summary>True where somebody else has the file, false where it is an error.</summary>
    public static bool IsTaken(IOException fault) => fault.HResult == WouldBlock;
}
