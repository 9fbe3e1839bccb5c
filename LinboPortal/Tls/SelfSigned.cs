using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LinboPortal.Infrastructure.LinboTree;

namespace LinboPortal.Tls;

/// <summary>
/// The certificate that the portal makes for itself at its first start, so that nobody has to send a password readable before somebody found the time
/// for a real one. Browsers ask once; the fingerprint in the log says whether what they were shown is this.
/// </summary>
internal sealed class SelfSigned(string directory)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(3650);

    /// <summary>PEM file of the certificate.</summary>
    public string Certificate { get; } = Path.Combine(directory, "self-signed.crt");

    /// <summary>PEM file of its key, for the portal's account alone.</summary>
    public string Key { get; } = Path.Combine(directory, "self-signed.key");

    /// <summary>SHA-256 of the certificate, as browsers show it.</summary>
    public string Fingerprint { get; private set; } = "";

    /// <summary>Makes both files where there are none that fit together and still hold.</summary>
    /// <param name="names">Names and addresses by which people reach the portal.</param>
    /// <param name="now">The time.</param>
    public void Ensure(IEnumerable<string> names, DateTimeOffset now)
    {
        using var certificate = Read(now) ?? Make(names, now);
        Fingerprint = string.Join(':', SHA256.HashData(certificate.RawData).Select(b => b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture)));
    }

    private X509Certificate2? Read(DateTimeOffset now)
    {
        try
        {
            var certificate = X509Certificate2.CreateFromPemFile(Certificate, Key);
            if (certificate.NotAfter.ToUniversalTime() > now.UtcDateTime)
                return certificate;
            certificate.Dispose();
            return null;
        }
        catch (Exception e) when (e is CryptographicException or FileNotFoundException or DirectoryNotFoundException or ArgumentException)
        {
            return null;
        }
    }

    private X509Certificate2 Make(IEnumerable<string> names, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=LinboPortal", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names.Where(n => n.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (IPAddress.TryParse(name, out var address))
                alternatives.AddIpAddress(address);
            else if (Uri.CheckHostName(name) == UriHostNameType.Dns)
                alternatives.AddDnsName(name);
        }

        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false)); // serverAuth
        var certificate = request.CreateSelfSigned(now.AddDays(-1), now + Lifetime);
        Directory.CreateDirectory(directory, AtomicFile.Private | UnixFileMode.UserExecute);
        // The key first: a certificate without its key would be made anew, and with it the fingerprint that people have compared.
        AtomicFile.Write(Key, key.ExportPkcs8PrivateKeyPem() + "\n", AtomicFile.Private);
        AtomicFile.Write(Certificate, certificate.ExportCertificatePem() + "\n", AtomicFile.Private);
        return certificate;
    }
}
