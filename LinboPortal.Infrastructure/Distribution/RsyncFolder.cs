using LinboPortal.Infrastructure.LinboTree;

namespace LinboPortal.Infrastructure.Distribution;

/// <summary>Where the rsync daemon, its hook and the portal meet: below the data directory, closed to everybody else.</summary>
/// <param name="Path">Absolute path.</param>
internal sealed record RsyncFolder(string Path)
{
    private const UnixFileMode Closed = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static readonly TimeSpan Stale = TimeSpan.FromDays(2);

    public string Config => System.IO.Path.Combine(Path, "rsyncd.conf");

    public string Secrets => System.IO.Path.Combine(Path, "rsyncd.secrets");

    public string Hook => System.IO.Path.Combine(Path, "hook");

    public string PortalId => System.IO.Path.Combine(Path, "portal.pid");

    /// <summary>What an external daemon logs; the portal reads it along.</summary>
    public string Log => System.IO.Path.Combine(Path, "rsync.log");

    /// <summary>The header by which the portal knows the hook of an external daemon.</summary>
    public string ApiHeader => System.IO.Path.Combine(Path, "api.header");

    /// <summary>Until when images may be uploaded at PCs, in seconds since 1970.</summary>
    public string UploadWindow => System.IO.Path.Combine(Path, "upload-window");

    /// <summary>Transfers that go on: one file each, named by rsync's process.</summary>
    public string Run => System.IO.Path.Combine(Path, "run");

    /// <summary>Transfers that ended, waiting for the portal.</summary>
    public string Spool => System.IO.Path.Combine(Path, "spool");

    /// <summary>Questions to the portal: one FIFO each, named by rsync's process.</summary>
    public string Ask => System.IO.Path.Combine(Path, "ask");

    public void Make()
    {
        foreach (var directory in new[] { Path, Run, Spool, Ask })
        {
            Directory.CreateDirectory(directory, Closed);
            File.SetUnixFileMode(directory, Closed);
        }
    }

    /// <summary>Removes what killed processes left behind.</summary>
    public void Sweep(DateTimeOffset now)
    {
        foreach (var directory in new[] { Run, Ask })
        {
            foreach (var file in new DirectoryInfo(directory).EnumerateFiles("*", new EnumerationOptions { AttributesToSkip = FileAttributes.None }))
            {
                if (now - file.LastWriteTimeUtc > Stale)
                    file.Delete();
            }
        }
    }

    public void Write(RsyncConfig config, string hook, string password)
    {
        AtomicFile.Write(Secrets, $"linbo:{password}\n", AtomicFile.Private);
        AtomicFile.Write(Hook, hook, Closed);
        AtomicFile.Write(PortalId, $"{Environment.ProcessId}\n", AtomicFile.Private);
        AtomicFile.Write(Config, config.Render(), AtomicFile.Private);
    }
}
