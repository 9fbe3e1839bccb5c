using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using LinboPortal.Infrastructure.Processes;

namespace LinboPortal.Infrastructure.Tests.Distribution;

/// <summary>A real dropbear on an address of its own, which sees a /root and a /tmp of its own. Needs root.</summary>
internal sealed class LinboClient : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Process process;

    private LinboClient(string address, int port, string authorizedKey)
    {
        folder.Write("root/.ssh/authorized_keys", authorizedKey + "\n");
        Directory.CreateDirectory(folder.At("tmp"));
        File.SetUnixFileMode(folder.At("root/.ssh/authorized_keys"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        foreach (var closed in new[] { "root", "root/.ssh" })
            File.SetUnixFileMode(folder.At(closed), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var script = $"mount --bind '{folder.At("root")}' /root && mount --bind '{folder.At("tmp")}' /tmp && cd / && exec dropbear -F -s -g -R -r /root/hostkey -p {address}:{port}";
        using (var keys = Process.Start(new ProcessStartInfo("dropbearkey", ["-t", "ed25519", "-f", folder.At("root/hostkey")]) { RedirectStandardOutput = true, RedirectStandardError = true })!)
            keys.WaitForExit();
        process = Process.Start(new ProcessStartInfo("unshare", ["--mount", "sh", "-c", script]) { RedirectStandardError = true })!;
    }

    public static async Task<LinboClient> StartAsync(string address, int port, string authorizedKey)
    {
        Assert.SkipWhen(Programs.Find("dropbear") is null, "dropbear is not installed");
        var client = new LinboClient(address, port, authorizedKey);
        for (var i = 0; i < 200; i++)
        {
            try
            {
                using var tcp = new TcpClient();
                await tcp.ConnectAsync(IPAddress.Parse(address), port, TestContext.Current.CancellationToken);
                return client;
            }
            catch (SocketException)
            {
                await Task.Delay(25, TestContext.Current.CancellationToken);
            }
        }

        throw new TimeoutException("dropbear does not answer");
    }

    public void Write(string name, string content) => File.WriteAllText(folder.At("tmp/" + name), content, Encoding.Latin1);

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        folder.Dispose();
    }
}
