using System.Net;

namespace LinboPortal.EndToEnd;

/// <summary>The portal as a process: how it starts, ends, dies and comes back.</summary>
[Collection(AloneOnTheMachine.Name)]
public sealed class PortalLifeTests
{
    // Arguments are separated by NUL; the server's own workers carry other titles.
    private const string Postmaster = "postgres\0-D";

    // What hangs at a stop is cut off after 30 s.
    private static readonly TimeSpan Stop = TimeSpan.FromSeconds(25);

    private static readonly TimeSpan Patience = Wait.Limit;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SIGTERM_ends_the_portal_and_all_that_it_started_long_before_it_would_be_cut_off()
    {
        await using var home = new PortalHome();
        var portal = await home.StartAsync([], Ct);
        Assert.NotEmpty(ProcessesOf(home, "postgres"));
        Assert.NotEmpty(ProcessesOf(home, "rsync"));

        Assert.True(await portal.EndAsync(Stop), $"The portal was still there after {Stop.TotalSeconds} s.");

        Assert.Empty(ProcessesOf(home));
    }

    [Fact]
    public async Task A_killed_portal_leaves_its_database_to_the_next_one()
    {
        await using var home = new PortalHome();
        var first = await home.StartAsync([$"--Accounts:InitialAdminPassword={PortalHome.AdminPassword}"], Ct);
        await first.KillAsync();
        var database = Assert.Single(ProcessesOf(home, Postmaster));

        var second = await home.StartAsync([], Ct);

        // The very same server process goes on, and what was in it is there.
        Assert.Equal(database, Assert.Single(ProcessesOf(home, Postmaster)));
        using var api = await PortalApi.SignInAnewAsync(home.Address, Ct);
        await IsReadyAsync(home, "rsync", Ct);
        Assert.True(await second.EndAsync(Stop));
        Assert.Empty(ProcessesOf(home));
    }

    [Fact]
    public async Task A_killed_PostgreSQL_comes_back_and_people_can_sign_in_again()
    {
        await using var home = new PortalHome();
        await home.StartAsync([$"--Accounts:InitialAdminPassword={PortalHome.AdminPassword}"], Ct);
        using var before = await PortalApi.SignInAsync(home.Address, Ct);
        using var http = new HttpClient { BaseAddress = home.Address };
        var killed = Assert.Single(ProcessesOf(home, Postmaster));

        await Programs.RunAsync("kill", ["-KILL", $"{killed}"], Ct);

        await Programs.UntilAsync("a new PostgreSQL runs", Patience, () =>
            Task.FromResult(ProcessesOf(home, Postmaster).Any(p => p != killed) ? "yes" : null), Ct);
        await Programs.UntilAsync("the database answers again", Patience, async () =>
        {
            using var answer = await http.GetAsync(new Uri("ready", UriKind.Relative), Ct);
            using var parts = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Ct));
            return parts.RootElement.GetProperty("database").GetProperty("status").GetString() == "Healthy" ? "yes" : null;
        }, Ct);
        // Once: sign-ins are counted, and too many of them are refused.
        Assert.NotNull(await SignsInAsync(home));
    }

    [Fact]
    public async Task Two_portals_start_at_once_on_one_empty_database()
    {
        await using var home = new PortalHome();
        await home.StartAsync([], Ct);
        var folder = Path.GetDirectoryName(Directory.EnumerateFiles(
            home.Directory, ".s.PGSQL.5432", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }).First())!;
        await Programs.RunAsync("psql", ["-h", folder, "-U", "postgres", "-c", "create database shared owner portal"], Ct);
        string[] settings =
        [
            $"--ConnectionStrings:Portal=Host={folder};Username=portal;Database=shared", $"--Accounts:KeyFile={Path.Combine(home.Directory, "shared.key")}",
            $"--Accounts:InitialAdminPassword={PortalHome.AdminPassword}",
        ];

        await using var left = new PortalHome();
        await using var right = new PortalHome();
        await Task.WhenAll(left.StartAsync(settings, Ct), right.StartAsync(settings, Ct));

        Assert.NotNull(await SignsInAsync(left));
        Assert.NotNull(await SignsInAsync(right));
    }

    [Fact]
    public async Task A_taken_port_stops_the_start_and_the_message_names_the_setting()
    {
        await using var home = new PortalHome();
        using var taken = new System.Net.Sockets.UdpClient(new IPEndPoint(IPAddress.Any, 0));
        var port = ((IPEndPoint)taken.Client.LocalEndPoint!).Port;

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => home.StartAsync([$"--Boot:Tftp:Port={port}"], Ct));

        Assert.Contains("Boot:Tftp:Port", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"{port}", failure.Message, StringComparison.Ordinal);
        Assert.Empty(ProcessesOf(home));
    }

    [Fact]
    public async Task An_address_to_listen_at_that_is_none_stops_the_start_and_the_message_names_the_setting()
    {
        await using var home = new PortalHome();

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => home.StartAsync(["--Urls=nonsense"], Ct));

        Assert.Contains("Urls: 'nonsense' is no address", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", failure.Message, StringComparison.Ordinal);
        Assert.Empty(ProcessesOf(home));
    }

    private static async Task<string?> SignsInAsync(PortalHome home)
    {
        try
        {
            using var api = await PortalApi.SignInAnewAsync(home.Address, Ct);
            return "yes";
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static Task<string> IsReadyAsync(PortalHome home, string part, CancellationToken ct) =>
        Programs.UntilAsync($"{part} is ready", Patience, async () =>
        {
            using var http = new HttpClient { BaseAddress = home.Address };
            var ready = System.Text.Json.JsonDocument.Parse(await (await http.GetAsync(new Uri("ready", UriKind.Relative), ct)).Content.ReadAsStringAsync(ct));
            return ready.RootElement.ToString().Contains(part, StringComparison.Ordinal) ? "yes" : null;
        }, ct);

    /// <summary>The processes whose command line names the portal's directory, and one of the words.</summary>
    private static IReadOnlyList<int> ProcessesOf(PortalHome home, params string[] words) =>
    [
        .. from folder in Directory.EnumerateDirectories("/proc")
           where int.TryParse(Path.GetFileName(folder), out _)
           let line = CommandLine(folder)
           where line.Contains(home.Directory, StringComparison.Ordinal)
               && (words is [] || words.Any(w => line.Contains(w, StringComparison.Ordinal)))
           select int.Parse(Path.GetFileName(folder), System.Globalization.CultureInfo.InvariantCulture),
    ];

    private static string CommandLine(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline"));
        }
        catch (IOException)
        {
            return ""; // gone meanwhile
        }
    }
}
