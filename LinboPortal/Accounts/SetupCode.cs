using System.Security.Cryptography;
using System.Text;
using LinboPortal.Infrastructure;
using LinboPortal.Infrastructure.LinboTree;
using Microsoft.Extensions.Options;

namespace LinboPortal.Accounts;

/// <summary>
/// What makes the first administrator the one who can read the server's console or its data directory, and nobody else. Kept in a file that
/// only the portal's account reads, so that it survives a restart; gone after use.
/// </summary>
internal sealed class SetupCode(IOptions<PortalOptions> portal)
{
    // Without what looks alike on a screen or sounds alike on the phone; twelve of 28 are 57 bits.
    private const string Letters = "ABCDEFHJKMNPQRSTUVWXYZ234579";

    private string Path => System.IO.Path.Combine(portal.Value.DataDirectory, "setup-code");

    /// <summary>The code of an earlier start, or a new one.</summary>
    public string Prepare()
    {
        if (Read() is { } kept)
            return kept;
        var code = string.Join('-', RandomNumberGenerator.GetString(Letters, 12).Chunk(4).Select(part => new string(part)));
        Directory.CreateDirectory(portal.Value.DataDirectory); // with a database elsewhere nobody has made it yet
        AtomicFile.Write(Path, code + "\n", AtomicFile.Private);
        return code;
    }

    /// <summary>True where this is the code; small letters and missing hyphens are forgiven.</summary>
    public bool Matches(string? typed) => Read() is { } code && typed is { Length: < 100 }
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Bare(code)), Encoding.UTF8.GetBytes(Bare(typed)));

    /// <summary>Makes it worthless.</summary>
    public void Remove()
    {
        if (File.Exists(Path))
            File.Delete(Path);
    }

    private string? Read() => File.Exists(Path) && File.ReadAllText(Path).Trim() is { Length: > 0 } code ? code : null;

    private static string Bare(string code) => new([.. code.ToUpperInvariant().Where(char.IsAsciiLetterOrDigit)]);
}
