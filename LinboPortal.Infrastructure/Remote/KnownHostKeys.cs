using System.Collections.Concurrent;
using LinboPortal.Core.Remote;
using LinboPortal.Infrastructure.Images;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>The SSH host keys in LINBO's configuration directory, which its initramfs is made with. The public halves only are kept.</summary>
public sealed class KnownHostKeys(LinboTree.LinboTree tree)
{
    private static readonly string[] Patterns = ["dropbear_*_host_key", "ssh_host_*_key", "ssh_host_*_key.pub"];

    private readonly ConcurrentDictionary<string, ((long Size, DateTime Written) State, HostKeyFile? Key)> files = [];

    /// <summary>All of them, with the names of their files.</summary>
    public IReadOnlyList<(string File, HostKeyFile Key)> OfConfiguration()
    {
        if (!Directory.Exists(tree.ConfigDirectory))
            return [];
        List<(string, HostKeyFile)> found = [];
        foreach (var path in Patterns.SelectMany(p => Directory.EnumerateFiles(tree.ConfigDirectory, p)).Order(StringComparer.Ordinal))
        {
            if (Read(path) is { } key)
                found.Add((Path.GetFileName(path), key));
        }

        return found;
    }

    private HostKeyFile? Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            var state = (file.Length, file.LastWriteTimeUtc);
            if (files.TryGetValue(path, out var known) && known.State == state)
                return known.Key;
            var content = ImageDirectoryReader.ReadStart(path, HostKeyFile.Longest) ?? [];
            var key = HostKeyFile.Read(content);
            Array.Clear(content); // the private half is nobody's business here
            files[path] = (state, key);
            return key;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
