using System.Text.RegularExpressions;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Boot;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Infrastructure.LinboTree;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Distribution;

/// <summary>Writes this server's Samba domain into <c>.reg</c> files that PCs fetch, as LINBO's own server does: images are passed on between schools.</summary>
internal sealed partial class RegistryPatches(LinboTree.LinboTree tree, IOptions<LinboOptions> linbo, IOptions<DhcpOptions> dhcp)
{
    private const int Longest = 4 * 1024 * 1024;

    /// <summary>The domain; empty where files stay as they are.</summary>
    public string Domain => linbo.Value.SambaDomain switch
    {
        "-" => "",
        { Length: > 0 } set => set,
        _ => dhcp.Value.Domain.Split('.')[0].ToUpperInvariant(),
    };

    /// <summary>Puts the domain into a file that is asked for; the encoding of the file stays.</summary>
    /// <returns>True where the file was changed.</returns>
    public bool Run(string requested)
    {
        if (Domain is not { Length: > 0 } domain || !tree.TryResolveServable(requested, out var path) || !path.EndsWith(".reg", StringComparison.OrdinalIgnoreCase)
            || FileFacts.Read(path) is not { IsRegular: true, Size: > 0 and <= Longest }
            || ImageDirectoryReader.ReadStart(path, Longest) is not { } bytes || SidecarText.Read(bytes) is not { } before)
            return false;
        var after = Value().Replace(before.Text, $"Domain\"=\"{domain}\"");
        if (after == before.Text || (before with { Text = after }).ToBytes() is not { } content)
            return false;
        AtomicFile.Write(path, content, File.GetUnixFileMode(path));
        return true;
    }

    [GeneratedRegex("Domain\"=[^\r\n]*")]
    private static partial Regex Value();
}
