using System.Diagnostics;
using LinboPortal.Core.Remote;

namespace LinboPortal.Core.Tests.Remote;

public sealed class HostKeyFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("linboportal-keys-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("ed25519", "ssh-ed25519")]
    [InlineData("rsa", "ssh-rsa")]
    [InlineData("ecdsa", "ecdsa-sha2-nistp256")]
    public void Keys_of_dropbear_are_read_as_dropbear_shows_them(string type, string algorithm)
    {
        var path = Path.Combine(folder, "key");
        Assert.SkipUnless(TryRun(out var output, "dropbearkey", "-t", type, "-f", path), "dropbearkey is not installed");
        var print = output[(output.IndexOf("SHA256:", StringComparison.Ordinal) + 7)..].Split('\n', ' ')[0];
        Assert.Equal(new HostKeyFile(algorithm, print), HostKeyFile.Read(File.ReadAllBytes(path)));
    }

    [Theory]
    [InlineData("ed25519", "ssh-ed25519", null)]
    [InlineData("rsa", "ssh-rsa", null)]
    [InlineData("ecdsa", "ecdsa-sha2-nistp256", null)]
    [InlineData("rsa", "ssh-rsa", "PEM")]
    [InlineData("ecdsa", "ecdsa-sha2-nistp256", "PEM")]
    public void Keys_of_OpenSSH_are_read_in_all_their_forms(string type, string algorithm, string? form)
    {
        var path = Path.Combine(folder, "key");
        string[] extra = form is null ? [] : ["-m", form];
        Assert.SkipUnless(TryRun(out _, "ssh-keygen", ["-q", "-t", type, "-N", "", "-f", path, .. extra]), "ssh-keygen is not installed");
        TryRun(out var output, "ssh-keygen", "-l", "-f", path);
        var expected = new HostKeyFile(algorithm, output.Split(' ')[1]["SHA256:".Length..]);
        Assert.Equal(expected, HostKeyFile.Read(File.ReadAllBytes(path)));
        Assert.Equal(expected, HostKeyFile.Read(File.ReadAllBytes(path + ".pub")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ssh-ed25519")]
    [InlineData("ssh-ed25519 AAAA!")]
    [InlineData("ssh-ed25519 AAAAB3NzaC1yc2EAAAADAQABAAAAgQ==")]
    [InlineData("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n")]
    [InlineData("\0\0\0\u000bssh-ed25519\0\0\0\u0040short")]
    [InlineData("\u007f\0\0\u000bssh-ed25519")]
    public void What_is_no_key_is_none(string content) => Assert.Null(HostKeyFile.Read(System.Text.Encoding.Latin1.GetBytes(content)));

    private static bool TryRun(out string output, string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            output = "";
            return false;
        }
    }
}
