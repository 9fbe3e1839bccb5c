using System.Security.Cryptography;
using System.Xml.Linq;
using LinboPortal.Accounts;
using LinboPortal.Infrastructure;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LinboPortal.Tests.Accounts;

/// <summary>What somebody can do who has the database and nothing else.</summary>
public sealed class KeyRingTests(PortalFactory portal) : IClassFixture<PortalFactory>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_key_in_the_database_is_readable_and_the_key_file_is_for_the_portal_alone()
    {
        portal.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("x").Protect("y");

        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        var keys = await db.DataProtectionKeys.Select(k => k.Xml!).ToListAsync(Ct);

        Assert.NotEmpty(keys);
        Assert.All(keys, xml => Assert.DoesNotContain("<masterKey", xml, StringComparison.Ordinal));
        Assert.All(keys, xml => Assert.Contains("encryptedKey", xml, StringComparison.Ordinal));
        var file = Path.Combine(portal.DataDirectory, "keys", "data-protection.key");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task A_key_that_an_earlier_release_left_open_is_deleted_at_the_start()
    {
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        db.DataProtectionKeys.Add(new DataProtectionKey { FriendlyName = "old", Xml = "<key><masterKey><value>c2VjcmV0</value></masterKey></key>" });
        await db.SaveChangesAsync(Ct);

        await new OpenKeys(portal.Databases, NullLogger<OpenKeys>.Instance).StartAsync(Ct);

        Assert.False(await db.DataProtectionKeys.AnyAsync(k => k.FriendlyName == "old", Ct));
    }

    [Fact]
    public void Portals_with_the_same_file_read_one_anothers_keys_and_another_file_reads_none()
    {
        var folder = Directory.CreateTempSubdirectory("linboportal-keys-").FullName;
        try
        {
            var secret = new XElement("masterKey", "secret");
            var encrypted = new KeyRingEncryptor(FileAt(folder, "one")).Encrypt(secret).EncryptedElement;

            Assert.Equal("secret", DecryptorAt(folder, "one").Decrypt(encrypted).Value);
            Assert.ThrowsAny<CryptographicException>(() => DecryptorAt(folder, "two").Decrypt(encrypted));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_key_file_that_holds_no_key_is_named_with_what_to_do()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "broken");
            var failure = Assert.Throws<CryptographicException>(() => new KeyRingFile(Options.Create(new PortalOptions()), Options.Create(new AccountsOptions { KeyFile = path })).Key());
            Assert.Contains(path, failure.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static KeyRingFile FileAt(string folder, string name) =>
        new(Options.Create(new PortalOptions()), Options.Create(new AccountsOptions { KeyFile = Path.Combine(folder, name, "key") }));

    private static KeyRingDecryptor DecryptorAt(string folder, string name) =>
        new(new ServiceCollection().AddSingleton(FileAt(folder, name)).BuildServiceProvider());
}
