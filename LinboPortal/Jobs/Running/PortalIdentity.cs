using LinboPortal.Infrastructure;
using LinboPortal.Infrastructure.LinboTree;
using Microsoft.Extensions.Options;

namespace LinboPortal.Jobs.Running;

/// <summary>Under which name this process holds leases: the data directory's, which stays, and the process' own.</summary>
internal sealed class PortalIdentity
{
    private const string File = "portal-id";

    public PortalIdentity(IOptions<PortalOptions> options)
        : this(Read(options.Value.DataDirectory))
    {
    }

    public PortalIdentity(string home) => (Home, Owner) = (home + "/", $"{home}/{Guid.CreateVersion7():N}");

    /// <summary>What all processes of this data directory begin their name with.</summary>
    public string Home { get; }

    /// <summary>This process.</summary>
    public string Owner { get; }

    private static string Read(string directory)
    {
        var path = Path.Combine(directory, File);
        if (System.IO.File.Exists(path) && Guid.TryParse(System.IO.File.ReadAllText(path).Trim(), out var kept))
            return kept.ToString("N");
        var made = Guid.CreateVersion7().ToString("N");
        Directory.CreateDirectory(directory);
        AtomicFile.Write(path, made + "\n", AtomicFile.Private);
        return made;
    }
}
