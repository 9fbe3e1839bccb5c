using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;

namespace LinboPortal.Tls;

/// <summary>
/// The certificate of the files, read again when they change: renewals need no restart. While new files cannot be used (certbot writes one after
/// the other) the former certificate stays.
/// </summary>
internal sealed partial class PortalCertificate(IOptions<TlsOptions> options, TimeProvider time, ILogger<PortalCertificate> log) : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private SslStreamCertificateContext? current;
    private string stamp = "";
    private long lookedAt;

    /// <summary>Why the files cannot be used now; empty where all is well.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>The certificate in use; null before the first <see cref="Read"/>.</summary>
    public X509Certificate2? Shown => current?.TargetCertificate;

    /// <summary>What the next connection is given.</summary>
    /// <exception cref="InvalidOperationException">The files were never usable.</exception>
    public SslStreamCertificateContext Read()
    {
        lock (gate)
        {
            if (current is null || time.GetElapsedTime(lookedAt) >= LookEvery)
            {
                lookedAt = time.GetTimestamp();
                Look();
            }

            return current ?? throw new InvalidOperationException(Problem);
        }
    }

    // Connections may still use a former one: those are left to the garbage collector.
    public void Dispose() => current?.TargetCertificate.Dispose();

    private void Look()
    {
        var now = Stamp(options.Value.Certificate) + Stamp(options.Value.Key);
        if (now == stamp)
            return;
        stamp = now;
        try
        {
            current = Load();
            Problem = "";
            LogRead(current.TargetCertificate.Subject, current.TargetCertificate.NotAfter.ToUniversalTime());
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            Problem = $"Portal:Tls:Certificate ({options.Value.Certificate}) and Portal:Tls:Key ({options.Value.Key}) cannot be used: {e.Message}";
            LogProblem(Problem);
        }
    }

    private SslStreamCertificateContext Load()
    {
        var certificate = X509Certificate2.CreateFromPemFile(options.Value.Certificate, options.Value.Key);
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(options.Value.Certificate);
        return SslStreamCertificateContext.Create(certificate, [.. all.Skip(1)], offline: true);
    }

    // Renewals change a link as often as a file.
    private static string Stamp(string path)
    {
        try
        {
            var file = new FileInfo(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path);
            return file.Exists ? $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks};" : $"{path} missing;";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{path} {e.Message};";
        }
    }

    [LoggerMessage(LogLevel.Information, "https with the certificate of {Subject}, good until {Until}")]
    private partial void LogRead(string subject, DateTime until);

    [LoggerMessage(LogLevel.Error, "{Problem}")]
    private partial void LogProblem(string problem);
}
