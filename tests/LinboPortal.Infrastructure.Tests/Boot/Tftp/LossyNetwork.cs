using System.Diagnostics;
using System.Globalization;

namespace LinboPortal.Infrastructure.Tests.Boot.Tftp;

/// <summary>Runs the programs of others.</summary>
internal static class OtherPrograms
{
    /// <summary>Runs a program; an exit code other than 0 is an error with what it wrote.</summary>
    public static async Task RunAsync(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true };
        using var process = Process.Start(start)!;
        var output = Task.WhenAll(process.StandardError.ReadToEndAsync(), process.StandardOutput.ReadToEndAsync());
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(4)); // each lost packet costs atftp a second, and other tests take the cores
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', start.ArgumentList)} did not end: {string.Concat(await output)}");
        }

        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', start.ArgumentList)} ended with {process.ExitCode}: {string.Concat(await output)}");
    }
}

/// <summary>
/// A namespace with clients behind a router, in another, that loses packets in both directions. (Where a sender itself drops what it sends, the kernel
/// tells its program so: no real network does.)
/// </summary>
internal sealed class LossyNetwork : IAsyncDisposable
{
    private readonly string clients = TestNamespace.Name('t');
    private readonly string net = FreeNet();

    private string Router => clients + "r";

    /// <summary>Our address, as seen from inside.</summary>
    public string ServerAddress => $"{net}.1";

    /// <summary>What to put before a command that is to run inside.</summary>
    public IReadOnlyList<string> Prefix => ["ip", "netns", "exec", clients];

    /// <summary>Makes it; the test is skipped where that cannot be.</summary>
    public static async Task<LossyNetwork> StartAsync(int percent)
    {
        Assert.SkipUnless(Environment.UserName == "root", "Network namespaces need root.");
        foreach (var left in TestNamespace.Left())
            await OtherPrograms.RunAsync("ip", "netns", "del", left);
        var network = new LossyNetwork();
        try
        {
            await OtherPrograms.RunAsync("ip", "netns", "add", network.clients);
        }
        catch (InvalidOperationException e)
        {
            Assert.Skip($"This machine allows no network namespaces: {e.Message}");
        }

        try
        {
            await network.ConnectAsync();
            if (percent > 0)
                await network.LoseAsync((percent / 100.0).ToString(CultureInfo.InvariantCulture));
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var name in new[] { clients, Router }.Where(n => File.Exists("/run/netns/" + n)))
            await OtherPrograms.RunAsync("ip", "netns", "del", name);
    }

    /// <summary>A network that this machine is not in: other test processes have theirs at the same time.</summary>
    private static string FreeNet()
    {
        while (true)
        {
            var net = string.Create(CultureInfo.InvariantCulture, $"10.{Random.Shared.Next(200, 250)}.{Random.Shared.Next(256)}");
            if (!OwnAddresses.Read().Any(a => a.Address.ToString().StartsWith(net + ".", StringComparison.Ordinal)))
                return net;
        }
    }

    private async Task ConnectAsync()
    {
        string[] steps =
        [
            $"netns add {Router}",
            $"link add {clients} mtu 65535 type veth peer name north mtu 65535 netns {Router}",
            $"-n {Router} link add south mtu 65535 type veth peer name eth0 mtu 65535 netns {clients}",
            $"addr add {net}.1/30 dev {clients}", $"link set {clients} up", $"-n {Router} addr add {net}.2/30 dev north", $"-n {Router} link set north up",
            $"-n {Router} addr add {net}.5/30 dev south", $"-n {Router} link set south up", $"-n {clients} addr add {net}.6/30 dev eth0",
            $"-n {clients} link set eth0 up", $"-n {clients} link set lo up", $"-n {clients} route add default via {net}.5", $"route add {net}.4/30 via {net}.2",
            $"netns exec {Router} sysctl -qw net.ipv4.ip_forward=1",
        ];
        foreach (var step in steps)
            await OtherPrograms.RunAsync("ip", step.Split(' '));
    }

    private Task LoseAsync(string probability) => OtherPrograms.RunAsync(
        "ip", "netns", "exec", Router, "iptables", "-A", "FORWARD", "-p", "udp", "-m", "statistic", "--mode", "random", "--probability", probability, "-j", "DROP");
}
