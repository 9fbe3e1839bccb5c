using System.ComponentModel.DataAnnotations;
using LinboPortal.Core.Boot;

namespace LinboPortal.Infrastructure.Boot;

/// <summary>How GRUB loads kernel and initramfs: over HTTP where it can, else over TFTP.</summary>
public sealed class BootHttpOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Boot:Http";

    /// <summary>False = TFTP alone.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Port on which clients reach <c>/linbo/</c> over plain HTTP; 0 = the port of the first <c>http://</c> address in Urls.</summary>
    [Range(0, 65535, ErrorMessage = "Boot:Http:Port is no port: 0 takes the one from Urls.")]
    public int Port { get; set; }

    /// <summary>
    /// Networks of the PCs (<c>10.0.0.0/8</c>): nobody else is served below <c>/linbo/</c>, by TFTP and by rsync. Empty = the private networks of
    /// RFC 1918, RFC 4193 and RFC 6598, this machine and its link.
    /// </summary>
    public string[] Networks { get; set; } = [];

    /// <summary>Serves images over HTTP as well. No LINBO client asks for them there; they hold keys and passwords of the school's systems.</summary>
    public bool Images { get; set; }

    /// <summary>What GRUB's files are rendered for. GRUB speaks no TLS: where Urls has no <c>http://</c> address, it is TFTP.</summary>
    /// <param name="urls">The setting Urls, addresses separated by semicolons.</param>
    public GrubServer ToServer(string? urls)
    {
        if (!Enabled)
            return GrubServer.TftpOnly;
        return Port > 0 ? new GrubServer(Port) : new GrubServer(HttpPorts(urls).Select(p => (int?)p).FirstOrDefault());
    }

    private static IEnumerable<int> HttpPorts(string? urls)
    {
        foreach (var url in (urls ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            // "http://*:8080" and "http://+:8080" are Kestrel's own words for all addresses.
            var plain = url.Replace("://*", "://any", StringComparison.Ordinal).Replace("://+", "://any", StringComparison.Ordinal);
            if (Uri.TryCreate(plain, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttp && !uri.IsLoopback && uri.Port > 0)
                yield return uri.Port;
        }
    }
}
