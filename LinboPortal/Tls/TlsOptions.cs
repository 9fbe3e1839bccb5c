using System.ComponentModel.DataAnnotations;

namespace LinboPortal.Tls;

/// <summary>The certificate for the <c>https://</c> addresses of <c>Urls</c>.</summary>
internal sealed class TlsOptions
{
    public const string Section = "Portal:Tls";

    /// <summary>PEM file with the certificate and those between it and its authority (certbot's <c>fullchain.pem</c>); empty for no https.</summary>
    public string Certificate { get; set; } = "";

    /// <summary>PEM file with its key.</summary>
    public string Key { get; set; } = "";

    /// <summary>Port that browsers are sent to; null for the one in Urls. Another one where a container's port is published under another number.</summary>
    [Range(1, 65535, ErrorMessage = "Portal:Tls:RedirectPort must lie between 1 and 65535.")]
    public int? RedirectPort { get; set; }

    /// <summary>Directory whose files are answered below <c>/.well-known/acme-challenge/</c> (certbot's <c>--webroot</c>); empty for none.</summary>
    public string AcmeDirectory { get; set; } = "";

    public bool IsOn => Certificate.Length > 0;
}
