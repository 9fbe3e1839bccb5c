using System.Globalization;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace LinboPortal.Images.Work;

/// <summary>The headers of tus 1.0.0 (tus.io/protocols/resumable-upload), and RFC 9530's digest of the whole file.</summary>
internal static class TusHeaders
{
    public const string Version = "1.0.0";
    public const string Resumable = "Tus-Resumable";
    public const string Offset = "Upload-Offset";
    public const string Length = "Upload-Length";
    public const string Metadata = "Upload-Metadata";
    public const string Expires = "Upload-Expires";
    public const string Digest = "Repr-Digest";
    public const string ContentType = "application/offset+octet-stream";

    private const string Sha256Prefix = "sha-256=:";

    /// <summary>
    /// A header of an extension that is not spoken here; null for none. Who sends one relies on it: parts that are to be put together would each
    /// become an image, sums that are not compared would say nothing.
    /// </summary>
    public static string? Unknown(HttpRequest request) => request.Headers.Keys.FirstOrDefault(name =>
        name.StartsWith("Upload-", StringComparison.OrdinalIgnoreCase)
        && !Spoken.Contains(name, StringComparer.OrdinalIgnoreCase));

    private static readonly string[] Spoken = [Offset, Length, Metadata];

    /// <summary>A number of bytes; null where there is none that can be read.</summary>
    public static long? Number(HttpRequest request, string name) =>
        long.TryParse(request.Headers[name].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Pairs of a key and a value in base64, separated by commas. What cannot be read is left out.</summary>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string header)
    {
        Dictionary<string, string> found = new(StringComparer.Ordinal);
        foreach (var pair in header.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var blank = pair.IndexOf(' ', StringComparison.Ordinal);
            var bytes = new byte[pair.Length];
            if (blank > 0 && Convert.TryFromBase64String(pair[(blank + 1)..].Trim(), bytes, out var length))
                found[pair[..blank]] = Encoding.UTF8.GetString(bytes, 0, length);
        }

        return found;
    }

    /// <summary>SHA-256 in hexadecimal of <c>sha-256=:BASE64:</c>; null where there is none.</summary>
    public static string? ReadDigest(string header)
    {
        foreach (var part in header.Split(',', StringSplitOptions.TrimEntries))
        {
            var bytes = new byte[64];
            if (part.StartsWith(Sha256Prefix, StringComparison.OrdinalIgnoreCase) && part[^1] == ':'
                && Convert.TryFromBase64String(part[Sha256Prefix.Length..^1], bytes, out var length) && length == 32)
                return Convert.ToHexStringLower(bytes.AsSpan(0, length));
        }

        return null;
    }

    /// <summary>The header of a sum in hexadecimal.</summary>
    public static string WriteDigest(string sha256) => $"{Sha256Prefix}{Convert.ToBase64String(Convert.FromHexString(sha256))}:";

    public static string Date(DateTimeOffset at) => HeaderUtilities.FormatDate(at);
}
