using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace LinboPortal.Core.Remote;

/// <summary>
/// The public half of an SSH host key, from a file of dropbear (<c>dropbear_ed25519_host_key</c>), of OpenSSH (with or without its armour as PEM) or from a
/// <c>.pub</c>. The private half is not kept.
/// </summary>
/// <param name="Algorithm">For instance <c>ssh-ed25519</c>.</param>
/// <param name="Fingerprint">SHA-256 of the public half, base64 without padding.</param>
public sealed record HostKeyFile(string Algorithm, string Fingerprint)
{
    /// <summary>Longer than any of them.</summary>
    public const int Longest = 64 * 1024;

    private const string OpenSshArmour = "OPENSSH PRIVATE KEY";
    private const string OpenSshMagic = "openssh-key-v1\0";
    private static readonly string[] Algorithms = ["ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"];

    /// <summary>Reads the content of a file.</summary>
    /// <returns>Null where it is none of these keys.</returns>
    public static HostKeyFile? Read(ReadOnlySpan<byte> content)
    {
        try
        {
            var isText = content.IndexOfAnyInRange((byte)0, (byte)8) < 0;
            return isText ? ReadText(Encoding.Latin1.GetString(content)) : OfDropbear(content);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or CryptographicException or InvalidDataException)
        {
            return null;
        }
    }

    private static HostKeyFile? ReadText(string text)
    {
        if (PemEncoding.TryFind(text, out var fields))
            return OfPem(text, text[fields.Label], text[fields.Base64Data]);
        return text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [var algorithm, var key, ..] && Algorithms.Contains(algorithm)
            ? Of(Convert.FromBase64String(key)) is { } read && read.Algorithm == algorithm ? read : null
            : null;
    }

    private static HostKeyFile? OfPem(string text, string label, string data)
    {
        switch (label)
        {
            case OpenSshArmour:
                ReadOnlySpan<byte> rest = Convert.FromBase64String(data);
                if (!rest.StartsWith(Encoding.ASCII.GetBytes(OpenSshMagic)))
                    return null;
                rest = rest[OpenSshMagic.Length..];
                for (var i = 0; i < 3; i++)
                    Take(ref rest); // cipher, way to its key, and more of that: the public half is never encrypted
                rest = rest[4..];
                return Of(Take(ref rest));
            case "RSA PRIVATE KEY":
                using (var rsa = RSA.Create())
                {
                    rsa.ImportFromPem(text);
                    var numbers = rsa.ExportParameters(includePrivateParameters: false);
                    return Of([.. Text("ssh-rsa"), .. Number(numbers.Exponent!), .. Number(numbers.Modulus!)]);
                }

            case "EC PRIVATE KEY":
                using (var curve = ECDsa.Create())
                {
                    curve.ImportFromPem(text);
                    var point = curve.ExportParameters(includePrivateParameters: false).Q;
                    var name = $"nistp{curve.KeySize}";
                    return Of([.. Text("ecdsa-sha2-" + name), .. Text(name), .. Field([4, .. point.X!, .. point.Y!])]);
                }

            default:
                return null;
        }
    }

    /// <summary>Its name, then the public numbers, then the private ones; of Ed25519 both halves in one.</summary>
    private static HostKeyFile? OfDropbear(ReadOnlySpan<byte> content)
    {
        var rest = content;
        var algorithm = Encoding.ASCII.GetString(Take(ref rest));
        switch (algorithm)
        {
            case "ssh-rsa":
                var (exponent, modulus) = (Take(ref rest).ToArray(), Take(ref rest).ToArray());
                return Of([.. Text(algorithm), .. Field(exponent), .. Field(modulus)]);
            case "ssh-ed25519":
                return Take(ref rest) is { Length: 64 } both ? Of([.. Text(algorithm), .. Field(both[32..])]) : null;
            case "ecdsa-sha2-nistp256" or "ecdsa-sha2-nistp384" or "ecdsa-sha2-nistp521":
                var (curve, point) = (Take(ref rest).ToArray(), Take(ref rest).ToArray());
                return Of([.. Text(algorithm), .. Field(curve), .. Field(point)]);
            default:
                return null;
        }
    }

    private static HostKeyFile? Of(ReadOnlySpan<byte> key)
    {
        var rest = key;
        var algorithm = Encoding.ASCII.GetString(Take(ref rest));
        return Algorithms.Contains(algorithm) ? new HostKeyFile(algorithm, Convert.ToBase64String(SHA256.HashData(key)).TrimEnd('=')) : null;
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest)
    {
        if (rest.Length < 4 || BinaryPrimitives.ReadUInt32BigEndian(rest) is var length && length > rest.Length - 4)
            throw new InvalidDataException("The key is cut off.");
        var field = rest.Slice(4, (int)length);
        rest = rest[(4 + (int)length)..];
        return field;
    }

    private static byte[] Field(ReadOnlySpan<byte> value)
    {
        var field = new byte[4 + value.Length];
        BinaryPrimitives.WriteInt32BigEndian(field, value.Length);
        value.CopyTo(field.AsSpan(4));
        return field;
    }

    private static byte[] Text(string text) => Field(Encoding.ASCII.GetBytes(text));

    private static byte[] Number(byte[] value) => value[0] >= 0x80 ? Field([0, .. value]) : Field(value);
}
