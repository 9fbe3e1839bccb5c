using System.Security.Cryptography;
using LinboPortal.Infrastructure.LinboTree;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Distribution;

/// <summary>
/// The password of LINBO's user <c>linbo</c>: for uploads, and at the PC for its administrator. Made once, or set by <c>Linbo:Password</c>.
/// Never logged.
/// </summary>
public sealed class LinboPassword(IOptions<LinboOptions> linbo, IOptions<PortalOptions> portal)
{
    private const string Alphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private readonly Lock gate = new();

    /// <summary>Where a password lies that the portal made, readable by its own account alone.</summary>
    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetFullPath(portal.Value.DataDirectory), "secrets", "linbo-password");

    /// <summary>The password.</summary>
    public string Read()
    {
        if (linbo.Value.Password is { Length: > 0 } set)
            return set;
        lock (gate)
        {
            if (File.Exists(Path) && File.ReadAllText(Path).Trim() is { Length: > 0 } kept)
                return kept;
            var made = RandomNumberGenerator.GetString(Alphabet, 20);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            AtomicFile.Write(Path, made + "\n", AtomicFile.Private);
            return made;
        }
    }
}
