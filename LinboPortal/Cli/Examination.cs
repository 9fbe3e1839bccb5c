using System.Net;
using System.Net.Sockets;
using LinboPortal.Accounts;
using LinboPortal.Infrastructure;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Infrastructure.Persistence;
using LinboPortal.Monitoring;
using LinboPortal.Shell;
using Microsoft.Extensions.Options;

namespace LinboPortal.Cli;

/// <summary>All that the doctor looks at, in the order in which a start would fail on it.</summary>
internal static class Examination
{
    private static readonly (string Program, string Package)[] Programs =
        [("rsync", "rsync"), ("grub-mknetdir", "grub-common"), ("setpriv", "util-linux")];

    private static readonly (string File, string Package)[] GrubFiles =
        [("/usr/lib/grub/i386-pc/pxe.mod", "grub-pc-bin"), ("/usr/lib/grub/x86_64-efi/efinet.mod", "grub-efi-amd64-bin")];

    public static async Task<IReadOnlyList<Finding>> RunAsync(IReadOnlyList<string> settings, CancellationToken ct)
    {
        var findings = new List<Finding>();
        var builder = CommandHost.Create(settings);
        builder.AddAccounts();
        await using var app = builder.Build();
        try
        {
            _ = app.Services.GetRequiredService<IOptions<AccountsOptions>>().Value;
            var portal = app.Services.GetRequiredService<IOptions<PortalOptions>>().Value;
            var linbo = app.Services.GetRequiredService<IOptions<LinboOptions>>().Value;
            findings.Add(new Finding($"Settings are valid; clients are told {portal.ServerAddress} (Portal:ServerAddress)"));
            findings.Add(CheckDirectory(portal.DataDirectory));
            findings.AddRange(Programs.Select(p => CheckProgram(p.Program, p.Package)));
            findings.AddRange(GrubFiles.Select(f => File.Exists(f.File)
                ? new Finding($"{f.File} is there")
                : new Finding($"{f.File} is missing", $"apt-get install {f.Package}", IsFatal: false)));
            findings.AddRange(await CheckPortsAsync(builder.Configuration, ct));
            findings.Add(await CheckDatabaseAsync(settings, ct));
            findings.AddRange(CheckTree(linbo.Root));
            findings.AddRange(CheckDisks(app.Services));
        }
        catch (OptionsValidationException e)
        {
            findings.AddRange(e.Failures.Select(f => new Finding(f, "Correct this setting.")));
        }

        return findings;
    }

    private static Finding CheckDirectory(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
            var probe = Path.Combine(directory, ".doctor");
            AtomicFile.Write(probe, "", AtomicFile.Private);
            File.Delete(probe);
            return new Finding($"The data directory {directory} can be written");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Finding($"The data directory {directory} cannot be written: {e.Message}", "Change its owner, or name another in Portal:DataDirectory.");
        }
    }

    private static Finding CheckProgram(string program, string package)
    {
        string[] places = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), "/usr/sbin", "/sbin"];
        return places.Select(p => Path.Combine(p, program)).FirstOrDefault(File.Exists) is { } found
            ? new Finding($"{found} is there")
            : new Finding($"{program} is missing", $"apt-get install {package}");
    }

    private static async Task<IReadOnlyList<Finding>> CheckPortsAsync(ConfigurationManager configuration, CancellationToken ct)
    {
        var url = configuration["Urls"]?.Split(';')[0] ?? "http://0.0.0.0:8080";
        var address = BindingAddress.Parse(url);
        if (await PortalAnswersAsync(address, ct))
            return [new Finding($"The portal runs at {url}, so its ports are its own")];
        return
        [
            CheckPort("Urls", address.Port, SocketType.Stream),
            CheckPort("Boot:Tftp:Port", configuration.GetValue("Boot:Tftp:Port", 69), SocketType.Dgram),
            CheckPort("Distribution:Rsync:Port", configuration.GetValue("Distribution:Rsync:Port", 873), SocketType.Stream),
        ];
    }

    private static async Task<bool> PortalAnswersAsync(BindingAddress address, CancellationToken ct)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        try
        {
            using var answer = await http.GetAsync(new Uri($"{address.Scheme}://127.0.0.1:{address.Port}/health"), ct);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private static Finding CheckPort(string setting, int port, SocketType type)
    {
        var kind = type is SocketType.Dgram ? "UDP" : "TCP";
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, type, type is SocketType.Dgram ? ProtocolType.Udp : ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return new Finding($"{kind} port {port} is free ({setting})");
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AccessDenied)
        {
            return new Finding($"{kind} port {port} needs root ({setting})", $"Start the portal as root, or set {setting} above 1024.");
        }
        catch (SocketException)
        {
            return new Finding($"{kind} port {port} is taken by another program ({setting})", $"Stop that program, or set another {setting}.");
        }
    }

    private static async Task<Finding> CheckDatabaseAsync(IReadOnlyList<string> settings, CancellationToken ct)
    {
        try
        {
            var builder = CommandHost.Create(settings);
            await using var app = builder.Build();
            var database = app.Services.GetServices<IHostedService>().OfType<DatabaseStart>().Single();
            await database.StartAsync(ct);
            await database.StopAsync(CancellationToken.None); // what was started to look must not stay
            return new Finding("The database answers and its schema is up to date");
        }
        catch (PostgresUnavailableException e)
        {
            return new Finding(e.Message, "Install PostgreSQL (apt-get install postgresql), or name a server in ConnectionStrings:Portal.");
        }
    }

    private static IEnumerable<Finding> CheckTree(string root) => LinboFilesHealth.Needed.Select(name => File.Exists(Path.Combine(root, name))
        ? new Finding($"{Path.Combine(root, name)} is there")
        : new Finding($"{Path.Combine(root, name)} is missing", "Put it in from a LINBO package; until then PCs find GRUB but no LINBO.", IsFatal: false));

    private static IEnumerable<Finding> CheckDisks(IServiceProvider services) =>
        new DiskHealth(services.GetRequiredService<IOptions<PortalOptions>>(), services.GetRequiredService<IOptions<LinboOptions>>()).Measure()
            .Select(d => new Finding(
                $"{Sizes.Bytes(d.Free)} free in {d.Directory}", d.IsLow ? "Remove what is not needed, or give it a larger disk." : null, IsFatal: false));
}
