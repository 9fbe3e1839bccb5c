using System.Net.Http.Headers;
using LinboPortal.EndToEnd.Browser;

namespace LinboPortal.EndToEnd.Pxe;

/// <summary>
/// A school of two PCs in a network of its own: the published portal on the ports that clients know, taken in from a linuxmuster server's
/// files, and Debian's dnsmasq with the very configuration that the portal writes for it.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class PxeLab : IAsyncLifetime, ICollectionFixture<PxeLab>
{
    public const string Name = "PXE";

    /// <summary>devices.csv of the school: one PC for each firmware.</summary>
    private const string Devices =
        """
        # room;hostname;group;mac;ip;…
        r101;r101-pc01;lab1;52:54:00:77:00:01;10.77.0.101;;;;classroom-studentcomputer;;1;;;;;
        r101;r101-pc02;lab1;52:54:00:77:00:02;10.77.0.102;;;;classroom-studentcomputer;;1;;;;;

        """;

    private const string Subnets = "10.77.0.0/24;10.77.0.254;10.77.0.200;10.77.0.220;;;SETUP\n";

    private readonly string directory = Directory.CreateTempSubdirectory("linboportal-pxe-").FullName;
    private readonly List<System.Diagnostics.Process> helpers = [];
    private readonly List<PxeClient> clients = [];
    private readonly Lazy<Task<PxePair>> firstBoot;
    private PortalProcess? portal;

    public PxeLab(Chromium chromium) => firstBoot = new(() => FirstBoot.RunAsync(this, chromium, CancellationToken.None));

    internal PxeNetwork Network { get; } = new();

    /// <summary>Why PCs cannot be booted here; null where they can.</summary>
    public string? ReasonAgainst { get; private set; }

    /// <summary>Where tests and browser reach the portal.</summary>
    public Uri Address => new($"http://{Network.AddressForTests}:8080/");

    /// <summary>The group's start.conf as the school's server had it.</summary>
    public string StartConf { get; } = StartConfOf("lab1");

    private string Data => Path.Combine(directory, "data");

    private string Key => Path.Combine(Data, "linbo-config", "id_ed25519");

    public async ValueTask InitializeAsync()
    {
        var ct = TestContext.Current.CancellationToken;
        ReasonAgainst = await PxeNetwork.ReasonAgainstAsync(ct);
        if (ReasonAgainst is null)
            await StartAsync(ct);
    }

    private async Task StartAsync(CancellationToken ct)
    {
        await Network.StartAsync(ct);
        await MakeClientAsync(ct);
        portal = await PortalProcess.StartAsync(
            [.. new[] { "ip" }, .. Network.BesideServer()],
            $"--Portal:DataDirectory={Data}", $"--Portal:ServerAddress={PxeNetwork.ServerAddress}", "--Urls=http://0.0.0.0:8080",
            $"--Accounts:InitialAdminPassword={PortalHome.AdminPassword}");
        await portal.AnswersAsync(Address, ct);
        await ImportAsync(ct);
        await StartDhcpAsync(ct);
    }

    /// <summary>The PC with BIOS and the one with UEFI, booted and seen on the way, whichever test asks first.</summary>
    internal Task<PxePair> BothInLinboAsync() => firstBoot.Value;

    internal async Task<PxeClient> SwitchOnAsync(string name, string mac, Firmware firmware, CancellationToken ct)
    {
        var client = await PxeClient.StartAsync(Network, Path.Combine(directory, name), name, mac, firmware, ct);
        clients.Add(client);
        return client;
    }

    /// <summary>Runs a program on a PC, as an administrator at a command line would.</summary>
    internal Task<string> RunOnPcAsync(string address, string command, CancellationToken ct) => Programs.RunAsync(
        "ip",
        Network.BesideServer(
            "ssh", "-i", Key, "-p", "2222", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", $"root@{address}", command),
        ct);

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients)
            await client.DisposeAsync();
        foreach (var helper in helpers)
        {
            await Programs.EndAsync(helper, TimeSpan.FromSeconds(3));
            helper.Dispose();
        }

        if (portal is not null)
            await portal.DisposeAsync();
        await Network.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    /// <summary>The administrator's part: kernel and initramfs into the tree before the portal starts.</summary>
    private async Task MakeClientAsync(CancellationToken ct)
    {
        // The installation's key, made beforehand: its public half goes into the initramfs.
        Directory.CreateDirectory(Path.GetDirectoryName(Key)!);
        await Programs.RunAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", Key], ct);
        await Programs.RunAsync("bash", [Path.Combine(Repository.Root, "tests/pxe/make-client.sh"), Path.Combine(Data, "linbo"), Key + ".pub"], ct);
    }

    private async Task ImportAsync(CancellationToken ct)
    {
        using var api = await PortalApi.SignInAsync(Address, ct);
        using var preview = new MultipartFormDataContent();
        Add(preview, "devices.csv", Devices);
        Add(preview, "subnets.csv", Subnets);
        Add(preview, "start.conf.lab1", StartConf);
        await api.SendAsync(HttpMethod.Post, "api/v1/import/apply", preview, ct);
    }

    private static void Add(MultipartFormDataContent form, string name, string text)
    {
        var content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(text));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        form.Add(content, "files", name);
    }

    private async Task StartDhcpAsync(CancellationToken ct)
    {
        using var api = await PortalApi.SignInAsync(Address, ct);
        var configuration = Path.Combine(directory, "dnsmasq.conf");
        await File.WriteAllTextAsync(configuration, await api.GetTextAsync("api/v1/dhcp/dnsmasq", ct), ct);
        helpers.Add(Programs.Start(
            "ip",
            Network.BesideServer(
                "dnsmasq", "--keep-in-foreground", $"--conf-file={configuration}", "--user=root", "--pid-file=", "--port=0",
                $"--dhcp-leasefile={Path.Combine(directory, "leases")}", "--log-facility=-", "--interface=eth0", "--bind-interfaces"),
            _ => { }));
    }

    private static string StartConfOf(string group) =>
        $"""
        [LINBO]
        Group = {group}
        Cache = /dev/disk0p2          # the second partition
        RootTimeout = 600
        DownloadType = rsync
        KernelOptions = quiet console=ttyS0
        [Partition]
        Dev = /dev/disk0p1
        Label = ubuntu
        Size = 30G
        Id = 83
        FSType = ext4
        Bootable = no
        [Partition]
        Dev = /dev/disk0p2
        Label = cache
        Size =
        Id = 83
        FSType = ext4
        Bootable = no
        [OS]
        Name = Ubuntu
        BaseImage = ubuntu.qcow2
        Root = /dev/disk0p1
        Kernel = boot/vmlinuz
        Initrd = boot/initrd.img
        Append = ro splash
        StartEnabled = yes
        SyncEnabled = yes
        NewEnabled = yes

        """;
}
