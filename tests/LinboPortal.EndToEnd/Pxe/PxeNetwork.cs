using System.Globalization;

namespace LinboPortal.EndToEnd.Pxe;

/// <summary>
/// A network of its own for one server and some PCs: a namespace with the server (10.77.0.1), one with the switch that the PCs hang on,
/// and a cable from the machine to the server, on which tests and browser reach the portal. Nothing leaves the machine.
/// </summary>
internal sealed class PxeNetwork : IAsyncDisposable
{
    public const string ServerAddress = "10.77.0.1";

    private static int made;

    private readonly string name = TestNamespace.Name('p');

    // The cable of a network before this one goes only a while after it.
    private readonly int number = Environment.ProcessId + (64 * Interlocked.Increment(ref made));

    /// <summary>The namespace of the server.</summary>
    public string Server => $"{name}-server";

    /// <summary>The namespace of the switch and the PCs.</summary>
    public string Switch => $"{name}-switch";

    /// <summary>Where the machine reaches the server.</summary>
    public string AddressForTests => Invariant($"169.254.{(number >> 6) & 0xff}.{((number & 0x3f) * 4) + 1}");

    private string Cable => name;

    /// <summary>Why it cannot be made here; null where it can.</summary>
    public static async Task<string?> ReasonAgainstAsync(CancellationToken ct)
    {
        if (Environment.UserName != "root")
            return "Network namespaces need root.";
        if (!File.Exists("/dev/net/tun"))
            return "PCs are connected by /dev/net/tun, which this machine does not have.";
        try
        {
            await Programs.RunAsync("unshare", ["--net", "true"], ct);
            return null;
        }
        catch (InvalidOperationException e)
        {
            return $"This machine allows no network namespaces: {e.Message}";
        }
    }

    public async Task StartAsync(CancellationToken ct)
    {
        string[][] steps =
        [
            ["netns", "add", Switch],
            ["netns", "add", Server],
            ["-n", Switch, "link", "add", "br0", "type", "bridge", "forward_delay", "0"],
            ["-n", Switch, "link", "set", "br0", "up"],
            ["-n", Server, "link", "set", "lo", "up"],
            ["link", "add", "eth0", "netns", Server, "type", "veth", "peer", "name", "server", "netns", Switch],
            ["-n", Switch, "link", "set", "server", "master", "br0", "up"],
            ["-n", Server, "addr", "add", $"{ServerAddress}/24", "brd", "+", "dev", "eth0"],
            ["-n", Server, "link", "set", "eth0", "up"],
            ["link", "add", Cable, "type", "veth", "peer", "name", "tests", "netns", Server],
            ["addr", "add", Invariant($"169.254.{(number >> 6) & 0xff}.{((number & 0x3f) * 4) + 2}/30"), "dev", Cable],
            ["link", "set", Cable, "up"],
            ["-n", Server, "addr", "add", $"{AddressForTests}/30", "dev", "tests"],
            ["-n", Server, "link", "set", "tests", "up"],
        ];
        foreach (var left in TestNamespace.Left())
            await Programs.RunAsync("ip", ["netns", "del", left], ct);
        foreach (var step in steps)
            await Programs.RunAsync("ip", step, ct);
    }

    /// <summary>Puts a socket for one more PC into the switch.</summary>
    public async Task AddPortAsync(string name, CancellationToken ct)
    {
        await Programs.RunAsync("ip", ["-n", Switch, "tuntap", "add", name, "mode", "tap"], ct);
        await Programs.RunAsync("ip", ["-n", Switch, "link", "set", name, "master", "br0", "up"], ct);
    }

    /// <summary>The arguments that run a program beside the server.</summary>
    public IEnumerable<string> BesideServer(params IEnumerable<string> command) => ["netns", "exec", Server, .. command];

    public async ValueTask DisposeAsync()
    {
        // The cables go with the namespaces at their ends.
        foreach (var space in new[] { Server, Switch }.Where(s => File.Exists("/run/netns/" + s)))
            await Programs.RunAsync("ip", ["netns", "del", space], CancellationToken.None); // clean up even when the tests were cancelled
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
