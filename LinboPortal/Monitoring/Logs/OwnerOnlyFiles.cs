using System.Text;
using LinboPortal.Infrastructure.LinboTree;
using Serilog.Sinks.File;

namespace LinboPortal.Monitoring.Logs;

/// <summary>Names and addresses of people stand in the log: only the portal's account reads it.</summary>
internal sealed class OwnerOnlyFiles : FileLifecycleHooks
{
    public override Stream OnFileOpened(string path, Stream underlyingStream, Encoding encoding)
    {
        File.SetUnixFileMode(path, AtomicFile.Private);
        return underlyingStream;
    }
}
