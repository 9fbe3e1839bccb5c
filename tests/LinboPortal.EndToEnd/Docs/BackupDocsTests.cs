using System.Net.Http.Json;
using System.Text.RegularExpressions;

namespace LinboPortal.EndToEnd.Docs;

/// <summary>Backup and restore by the very commands of the docs: a real portal with its PostgreSQL is saved, and comes back elsewhere.</summary>
[Collection(AloneOnTheMachine.Name)]
public sealed class BackupDocsTests : IAsyncDisposable
{
    private const string Admin = $"--Accounts:InitialAdminPassword={PortalHome.AdminPassword}";

    private readonly PortalHome before = new();
    private readonly PortalHome after = new();
    private readonly string folder = Directory.CreateTempSubdirectory("linboportal-docs-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Asked => Path.Combine(folder, "asked");

    private string Volumes => Path.Combine(folder, "volumes");

    private string Sources => Path.Combine(folder, "sources");

    [Fact]
    public async Task What_the_pages_save_comes_back_on_another_machine()
    {
        var (save, restore) = (Assert.Single(await DocsPage.CommandsAsync("backup.md", "Back up", Ct)), Assert.Single(await DocsPage.CommandsAsync("backup.md", "Restore", Ct)));
        var containers = await DocsPage.CommandsAsync("containers.md", "Backup and restore", Ct);
        Assert.Equal(2, containers.Count);
        await MakeProgramsAsync();
        await before.StartAsync([Admin, "--Remote:Probe:Enabled=false"], Ct);
        using (var api = await PortalApi.SignInAnewAsync(before.Address, Ct))
            await AddAsync(api, "kept-pc1", "52:54:00:20:00:01");

        await RunAsync(save, before);
        await RunAsync(containers[0], before);
        var left = Directory.GetFileSystemEntries(Path.Combine(folder, "var/backups/linboportal")).Select(Path.GetFileName).Order(StringComparer.Ordinal);
        Assert.Equal([".env", "linbo_config.tar", "linbo_srv.tar", "portal-files.tar.gz", "portal.dump", "secrets"], left);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(folder, "var/backups/linboportal")));

        await RunAsync(restore, after);
        foreach (var file in new[] { "linbo-config/id_ed25519", "secrets/linbo-password" })
            Assert.Equal(await File.ReadAllBytesAsync(DataOf(before, file), Ct), await File.ReadAllBytesAsync(DataOf(after, file), Ct));
        await IsBackAsync();

        // In containers the volumes come back by tar, and the database into an empty one.
        using (var api = await PortalApi.SignInAnewAsync(after.Address, Ct))
            await api.SendAsync(HttpMethod.Delete, "api/v1/hosts/kept-pc1", new StringContent(""), Ct);
        foreach (var volume in Directory.GetDirectories(Volumes))
            File.Delete(Path.Combine(volume, "file"));
        Directory.Delete(Path.Combine(Sources, "docker/secrets"), recursive: true);
        await RunAsync(containers[1], after);
        foreach (var volume in Directory.GetDirectories(Volumes))
            Assert.Equal(Path.GetFileName(volume), await File.ReadAllTextAsync(Path.Combine(volume, "file"), Ct));
        Assert.True(File.Exists(Path.Combine(Sources, "docker/secrets/db_password")));
        await SystemAsync("restart", after);
        await IsBackAsync();
    }

    [Fact]
    public async Task The_page_on_containers_names_volumes_image_and_services_of_the_compose_file()
    {
        var compose = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docker/compose.yaml"), Ct);
        var commands = string.Concat(await DocsPage.CommandsAsync("containers.md", "Backup and restore", Ct));
        Assert.StartsWith("linboportal", Regex.Match(compose, @"^name: (\S+)$", RegexOptions.Multiline).Groups[1].Value, StringComparison.Ordinal);
        var volumes = Regex.Match(compose, @"^volumes:\n(?<names>.*?)^\S", RegexOptions.Multiline | RegexOptions.Singleline).Groups["names"].Value;
        foreach (var volume in Regex.Matches(commands, @"for volume in (?<names>[^;]+);").SelectMany(m => m.Groups["names"].Value.Split(' ')))
            Assert.Contains($"  {volume}:\n", volumes, StringComparison.Ordinal);
        var images = Regex.Matches(commands, @"docker\.io/\S+").Select(m => m.Value).Distinct();
        Assert.Equal(Regex.Match(compose, @"\{POSTGRES_IMAGE:-(\S+)\}").Groups[1].Value, Assert.Single(images));
        foreach (var service in Regex.Matches(commands, @"exec -T (\S+)").Select(m => m.Groups[1].Value))
            Assert.Contains($"\n  {service}:\n", compose, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await before.DisposeAsync();
        await after.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static Task<string> AddAsync(PortalApi api, string name, string mac) =>
        api.SendAsync(HttpMethod.Post, "api/v1/hosts", JsonContent.Create(new { name, room = "r101", macs = new[] { mac }, address = "DHCP" }), Ct);

    private static string DataOf(PortalHome home, string file) => Path.Combine(home.Directory, "data", file);

    private async Task IsBackAsync()
    {
        using var api = await PortalApi.SignInAnewAsync(after.Address, Ct);
        Assert.Equal("52:54:00:20:00:01", (await api.GetAsync("api/v1/hosts/kept-pc1", Ct)).GetProperty("macs")[0].GetString());
    }

    /// <summary>Runs commands as written, but for the directories and the address of this machine's portal.</summary>
    private async Task RunAsync(string commands, PortalHome home)
    {
        var script = commands.Replace("data=/var/lib/linboportal\n", $"data={DataOf(home, "")}\n", StringComparison.Ordinal)
            .Replace("backup=/var/backups/linboportal\n", $"backup={folder}/var/backups/linboportal\n", StringComparison.Ordinal)
            .Replace("portal=http://127.0.0.1:8080\n", $"portal={home.Address.ToString().TrimEnd('/')}\n", StringComparison.Ordinal);
        var run = Programs.RunAsync(
            "env", ["-C", Sources, $"PATH={folder}/bin:{Environment.GetEnvironmentVariable("PATH")}", $"SOCKET={DataOf(home, "postgres/socket")}", "sh", "-eu", "-c", script], Ct);
        while (!run.IsCompleted)
        {
            if (File.Exists(Asked) && (await File.ReadAllTextAsync(Asked, Ct)).Trim() is { Length: > 0 } verb)
            {
                await SystemAsync(verb, home);
                File.Delete(Asked);
            }

            await Task.Delay(50, Ct);
        }

        await run;
    }

    /// <summary>What systemd would do.</summary>
    private static async Task SystemAsync(string verb, PortalHome home)
    {
        if (verb is "stop" or "restart")
            await home.StopAsync();
        if (verb is "start" or "restart")
            await home.StartAsync(["--Remote:Probe:Enabled=false"], Ct);
    }

    /// <summary>Stand-ins for what a test cannot have: systemd, apt, and an engine for containers whose volumes are folders.</summary>
    private async Task MakeProgramsAsync()
    {
        foreach (var volume in new[] { "linboportal_linbo_config", "linboportal_linbo_srv" })
            await WriteAsync(Path.Combine(Volumes, volume, "file"), volume);
        await WriteAsync(Path.Combine(Sources, "docker/secrets/db_password"), "secret");
        await WriteAsync(Path.Combine(Sources, "docker/.env"), "LINBO_SERVER_IP=10.0.0.1\n");
        await WriteAsync(Path.Combine(folder, "bin/apt-get"), "#!/bin/sh\n");
        await WriteAsync(
            Path.Combine(folder, "bin/systemctl"),
            $"#!/bin/sh\n[ \"$2\" = linboportal ] || exit 1\necho \"$1\" > '{Asked}.new'\nmv '{Asked}.new' '{Asked}'\nwhile [ -e '{Asked}' ]; do sleep 0.1; done\n");
        await WriteAsync(
            Path.Combine(folder, "bin/docker"),
            $$"""
            #!/bin/bash
            set -eu
            if [ "$1 $2 $3" = "compose -f docker/compose.yaml" ]; then
              case $4 in
                exec) [ "$5 $6" = "-T db" ]; program=$7; shift 7; exec "$program" -h "$SOCKET" "$@" ;;
                up) exit 0 ;;
              esac
            fi
            [ "$1 $2" = "run --rm" ]
            shift 2
            declare -A at
            while [ "$1" = -v ]; do
              IFS=: read -r source target _ <<< "$2"
              case $source in /*) ;; *) source={{Volumes}}/$source; [ -d "$source" ] ;; esac
              at[$target]=$source
              shift 2
            done
            shift
            words=()
            for word in "$@"; do
              for target in "${!at[@]}"; do case $word in "$target" | "$target"/*) word=${at[$target]}${word#"$target"}; break ;; esac; done
              words+=("$word")
            done
            exec "${words[@]}"

            """);
    }

    private static async Task WriteAsync(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, text, Ct);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
