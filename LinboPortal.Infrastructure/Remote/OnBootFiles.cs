using System.Text;
using LinboPortal.Core.Remote;
using LinboPortal.Infrastructure.Distribution;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Infrastructure.Processes;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>
/// The commands that PCs fetch at their next boot (<c>linbocmd/&lt;host&gt;.cmd</c>). They can hold the upload password: only the rsync daemon's
/// workers read them, its hook lets each PC have its own, and neither HTTP nor TFTP opens the directory. The first download removes them.
/// </summary>
public sealed class OnBootFiles(LinboTree.LinboTree tree, LinboPassword password)
{
    private const string WorkersOfRsync = "nobody";

    /// <summary>Puts commands in place of those that wait already.</summary>
    /// <param name="host">Name of the host.</param>
    /// <param name="file">What it is to do.</param>
    /// <exception cref="ArgumentException">The LINBO password cannot stand in such a file.</exception>
    /// <exception cref="IOException">The disk is full or broken.</exception>
    public void Write(string host, OnBootFile file)
    {
        var path = PathOf(host);
        var line = file.Write(file.NeedsPassword ? password.Read() : "") + "\n";
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        AtomicFile.Write(path, Encoding.UTF8.GetBytes(line), AtomicFile.Private, SystemUser.IsRoot ? SystemUser.Find(WorkersOfRsync) : null);
    }

    /// <summary>True while the PC has not fetched its commands.</summary>
    public bool Exists(string host) => File.Exists(PathOf(host));

    /// <summary>Takes commands back.</summary>
    /// <returns>False where the PC has fetched them, or there were none.</returns>
    public bool Remove(string host)
    {
        var path = PathOf(host);
        // Moved first: of the PC's fetching and our taking back, one comes first.
        var taken = Path.Combine(Path.GetDirectoryName(path)!, $".{host}.{Guid.CreateVersion7():N}.tmp");
        try
        {
            File.Move(path, taken);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }

        File.Delete(taken);
        return true;
    }

    /// <summary>Gives waiting commands the new name of their PC.</summary>
    /// <returns>False where there are none under the old name, or others under the new one.</returns>
    public bool Rename(string from, string to)
    {
        if (!Exists(from) || Exists(to))
            return false;
        try
        {
            File.Move(PathOf(from), PathOf(to));
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or IOException)
        {
            return false;
        }
    }

    private string PathOf(string host) => host.Length is > 0 and < 200 && host[0] != '.' && host.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.')
        ? tree.PathOf($"linbocmd/{host}.cmd")
        : throw new ArgumentException($"'{host}' is no name of a host.", nameof(host));
}
