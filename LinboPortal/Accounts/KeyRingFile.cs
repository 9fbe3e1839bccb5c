using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using LinboPortal.Infrastructure;
using LinboPortal.Infrastructure.LinboTree;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.Options;

namespace LinboPortal.Accounts;

/// <summary>
/// The key file that encrypts the data-protection keys in the database (AES-256-GCM): whoever has only the database, or a dump of it, cannot make
/// cookies and tokens. Made at the first start, for the portal's account alone; portals that share a database share the file.
/// </summary>
internal sealed class KeyRingFile(IOptions<PortalOptions> portal, IOptions<AccountsOptions> accounts)
{
    private const int KeyLength = 32;

    private readonly Lock gate = new();
    private byte[]? key;

    /// <summary>Where it lies.</summary>
    public string Path => accounts.Value.KeyFile is { Length: > 0 } named ? named : System.IO.Path.Combine(portal.Value.DataDirectory, "keys", "data-protection.key");

    /// <summary>The key, made where there is none yet.</summary>
    /// <exception cref="CryptographicException">The file holds no key.</exception>
    public byte[] Key()
    {
        lock (gate)
            return key ??= Read() ?? Make();
    }

    private byte[]? Read()
    {
        if (!File.Exists(Path))
            return null;
        var bytes = new byte[KeyLength];
        return Convert.TryFromBase64String(File.ReadAllText(Path).Trim(), bytes, out var length) && length == KeyLength
            ? bytes
            : throw new CryptographicException($"{Path} holds no key: put the file of a backup back, or delete it, and everybody signs in once more.");
    }

    private byte[] Make()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!, AtomicFile.Private | UnixFileMode.UserExecute);
        var made = RandomNumberGenerator.GetBytes(KeyLength);
        var temporary = $"{Path}.{Guid.CreateVersion7():N}";
        AtomicFile.Write(temporary, Convert.ToBase64String(made) + "\n", AtomicFile.Private);
        try
        {
            File.Move(temporary, Path, overwrite: false);
            return made;
        }
        catch (IOException) when (File.Exists(Path))
        {
            File.Delete(temporary); // another process was faster
            return Read()!;
        }
    }
}

/// <summary>Encrypts keys of the key ring with the key file.</summary>
internal sealed class KeyRingEncryptor(KeyRingFile file) : IXmlEncryptor
{
    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var plain = Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        var nonce = RandomNumberGenerator.GetBytes(AesGcm.NonceByteSizes.MaxSize);
        var cipher = new byte[plain.Length];
        var tag = new byte[AesGcm.TagByteSizes.MaxSize];
        using var aes = new AesGcm(file.Key(), tag.Length);
        aes.Encrypt(nonce, plain, cipher, tag);
        CryptographicOperations.ZeroMemory(plain);
        return new EncryptedXmlInfo(
            new XElement("encryptedKey", new XAttribute("algorithm", "AES-256-GCM"), Convert.ToBase64String([.. nonce, .. tag, .. cipher])), typeof(KeyRingDecryptor));
    }
}

/// <summary>Decrypts what <see cref="KeyRingEncryptor"/> encrypted; made by the framework from the name that stands beside the key.</summary>
internal sealed class KeyRingDecryptor(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement)
    {
        var bytes = Convert.FromBase64String(encryptedElement.Value);
        var (nonce, tag) = (AesGcm.NonceByteSizes.MaxSize, AesGcm.TagByteSizes.MaxSize);
        var plain = new byte[bytes.Length - nonce - tag];
        using var aes = new AesGcm(services.GetRequiredService<KeyRingFile>().Key(), tag);
        aes.Decrypt(bytes.AsSpan(0, nonce), bytes.AsSpan(nonce + tag), bytes.AsSpan(nonce, tag), plain);
        return XElement.Parse(Encoding.UTF8.GetString(plain));
    }
}
