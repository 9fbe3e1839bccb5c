using System.Globalization;
using System.Net.Http.Headers;

namespace LinboPortal.EndToEnd.Attacks;

/// <summary>
/// The published portal behind a router, as in a school: a room in a routed network, a stranger in another one, and a PC on the server's own network.
/// Each is a network namespace; the tests reach the portal over a cable of their own. PC <c>dyn1</c> has no fixed address.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RoutedSchool : IAsyncLifetime, ICollectionFixture<RoutedSchool>
{
    public const string Name = "Attacks from a routed network";
    public const string Server = "10.78.0.1";
    public const string Stranger = "10.79.0.66";
    public const string Room = "10.80.0.20";
    public const string Near = "10.81.0.20";
    public const string Mac = "02:00:00:00:02:99";

    private const string Devices =
        $"""
        r102;dyn1;win;{Mac};DHCP;;;;classroom-studentcomputer;;1;;;;;
        r102;dyn2;win;02:00:00:00:02:98;DHCP;;;;classroom-studentcomputer;;1;;;;;
        r101;pc1;win;02:00:00:00:02:01;10.78.0.101;;;;classroom-studentcomputer;;1;;;;;

        """;

    private const string StartConf =
        "[LINBO]\nGroup = win\nCache = /dev/sda2\n[Partition]\nDev = /dev/sda1\nLabel = windows\nSize = 60G\nId = 7\nFSType = ntfs\n"
        + "[Partition]\nDev = /dev/sda2\nLabel = cache\nSize =\nId = 83\nFSType = ext4\n[OS]\nName = Windows\nBaseImage = win.qcow2\nBoot = /dev/sda1\nRoot = /dev/sda1\nKernel = auto\n";

    private static int made;

    private readonly string directory = Directory.CreateTempSubdirectory("linboportal-attacks-").FullName;
    private readonly string name = TestNamespace.Name('a');
    private readonly int number = Environment.ProcessId + (64 * Interlocked.Increment(ref made));
    private readonly List<System.Diagnostics.Process> helpers = [];
    private PortalProcess? portal;

    /// <summary>Why it cannot be made here; null where it can.</summary>
    public string? ReasonAgainst { get; private set; }

    /// <summary>Where the tests reach the portal.</summary>
    public Uri Address => new($"http://{Cable(1)}:8080/");

    /// <summary>LINBO's configuration directory.</summary>
    public string Config => Path.Combine(directory, "data", "linbo-config");

    /// <summary>The LINBO tree.</summary>
    public string Tree => Path.Combine(directory, "data", "linbo");

    /// <summary>The password for uploads.</summary>
    public const string Password = "Kreide-47-Tafel";

    internal PortalApi Api { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var ct = TestContext.Current.CancellationToken;
        ReasonAgainst = Environment.UserName != "root" ? "Network namespaces need root."
            : new[] { "dropbear", "dropbearkey", "rsync", "curl" }.FirstOrDefault(p => !new[] { "/usr/sbin", "/usr/bin", "/sbin", "/bin" }.Any(d => File.Exists(Path.Combine(d, p)))) is { } missing ? $"{missing} is not installed." : null;
        if (ReasonAgainst is not null)
            return;
        foreach (var left in TestNamespace.Left())
            await Programs.RunAsync("ip", ["netns", "del", left], ct);
        foreach (var step in Steps())
            await Programs.RunAsync("ip", step.Split(' '), ct);
        await Programs.RunAsync("ip", ["netns", "exec", Space("router"), "sysctl", "-q", "-w", "net.ipv4.ip_forward=1"], ct);
        Directory.CreateDirectory(Config);
        await Programs.RunAsync("dropbearkey", ["-t", "ed25519", "-f", Path.Combine(Config, "dropbear_ed25519_host_key")], ct);
        portal = await PortalProcess.StartAsync(
            ["ip", "netns", "exec", Space("server")],
            $"--Portal:DataDirectory={Path.Combine(directory, "data")}", $"--Portal:ServerAddress={Server}", "--Urls=http://0.0.0.0:8080", $"--Linbo:Password={Password}",
            $"--Accounts:InitialAdminPassword={PortalHome.AdminPassword}", "--Remote:Probe:BootingSeconds=1", "--Remote:Ssh:ConnectSeconds=3", $"--Boot:Dhcp:Servers:0={Server}");
        await portal.AnswersAsync(Address, ct);
        Api = await PortalApi.SignInAsync(Address, ct);
        using var form = new MultipartFormDataContent();
        Add(form, "devices.csv", Devices);
        Add(form, "start.conf.win", StartConf);
        await Api.SendAsync(HttpMethod.Post, "api/v1/import/apply", form, ct);
    }

    /// <summary>Runs a program in one of the namespaces; what it ends with and all that it wrote.</summary>
    internal async Task<(int Code, string Output)> TryAsync(string where, params string[] command)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("ip", ["netns", "exec", Space(where), .. command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["RSYNC_PASSWORD"] = Password },
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }

    /// <summary>One packet and its answer: the name that GRUB asks for first on a PC of that Ethernet address.</summary>
    internal Task<(int Code, string Output)> ClaimAsync(string where, string mac = Mac) => TryAsync(
        where, "curl", "-s", "-m", "5", "-o", "/dev/null", $"tftp://{Server}/boot/grub/grub.cfg-01-{mac.Replace(':', '-')}");

    /// <summary>Fetches by rsync, into nothing.</summary>
    internal async Task<(int Code, string Output)> FetchAsync(string where, string path)
    {
        var target = Path.Combine(directory, Guid.CreateVersion7().ToString());
        var answer = await TryAsync(where, "rsync", "-L", $"rsync://{Server}/linbo/{path}", target);
        return File.Exists(target) ? (answer.Code, await File.ReadAllTextAsync(target)) : answer;
    }

    /// <summary>An SSH server on port 2222, as LINBO's; nobody can log in.</summary>
    internal System.Diagnostics.Process Listen(string where, string key, Action<string> line)
    {
        var server = Programs.Start("ip", ["netns", "exec", Space(where), "dropbear", "-F", "-E", "-s", "-g", "-p", "2222", "-r", key], line);
        helpers.Add(server);
        return server;
    }

    internal string File2(string name) => Path.Combine(directory, name);

    public async ValueTask DisposeAsync()
    {
        Api?.Dispose();
        foreach (var helper in helpers)
        {
            await Programs.EndAsync(helper, TimeSpan.FromSeconds(3));
            helper.Dispose();
        }

        if (portal is not null)
            await portal.DisposeAsync();
        foreach (var space in new[] { "server", "router", "stranger", "room", "near" }.Select(Space).Where(s => File.Exists("/run/netns/" + s)))
            await Programs.RunAsync("ip", ["netns", "del", space], CancellationToken.None); // clean up even when the tests were cancelled
        Directory.Delete(directory, recursive: true);
    }

    private static void Add(MultipartFormDataContent form, string file, string text)
    {
        var content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(text));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        form.Add(content, "files", file);
    }

    private string Space(string which) => $"{name}-{which}";

    private string Cable(int end) => string.Create(CultureInfo.InvariantCulture, $"169.254.{(number >> 6) & 0xff}.{((number & 0x3f) * 4) + end}");

    private IEnumerable<string> Steps()
    {
        foreach (var space in new[] { "server", "router", "stranger", "room", "near" })
        {
            yield return $"netns add {Space(space)}";
            yield return $"-n {Space(space)} link set lo up";
        }

        foreach (var (space, network, end) in new[] { ("server", "10.78.0", 1), ("stranger", "10.79.0", 66), ("room", "10.80.0", 20) })
        {
            yield return $"link add eth0 netns {Space(space)} type veth peer name {space} netns {Space("router")}";
            yield return $"-n {Space(space)} addr add {network}.{end}/24 dev eth0";
            yield return $"-n {Space(space)} link set eth0 up";
            yield return $"-n {Space("router")} addr add {network}.254/24 dev {space}";
            yield return $"-n {Space("router")} link set {space} up";
            yield return $"-n {Space(space)} route add default via {network}.254";
        }

        yield return $"link add eth1 netns {Space("server")} type veth peer name eth0 netns {Space("near")} address {Mac}";
        yield return $"-n {Space("server")} addr add 10.81.0.1/24 dev eth1";
        yield return $"-n {Space("server")} link set eth1 up";
        yield return $"-n {Space("near")} addr add {Near}/24 dev eth0";
        yield return $"-n {Space("near")} link set eth0 up";
        yield return $"-n {Space("near")} route add default via 10.81.0.1";
        yield return $"link add {name} type veth peer name tests netns {Space("server")}";
        yield return $"addr add {Cable(2)}/30 dev {name}";
        yield return $"link set {name} up";
        yield return $"-n {Space("server")} addr add {Cable(1)}/30 dev tests";
        yield return $"-n {Space("server")} link set tests up";
    }
}
