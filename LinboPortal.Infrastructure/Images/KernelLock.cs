namespace LinboPortal.Infrastructure.Images;

/// <summary>The kernel's lock on an open file (flock), as shells and other portals take it: it goes with the process that held it.</summary>
internal static class KernelLock
{
    /// <summary>Takes it; null where somebody else has it.</summary>
    /// <exception cref="IOException">The directory is missing, the path too long, or the disk full.</exception>
    public static IDisposable? TryTake(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not DirectoryNotFoundException and not PathTooLongException && !ImageSpace.IsFull(e))
        {
            return null;
        }
    }
}
