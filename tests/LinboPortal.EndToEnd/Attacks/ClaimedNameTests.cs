using System.Net.Http.Json;
using System.Text.Json;

namespace LinboPortal.EndToEnd.Attacks;

/// <summary>A stranger in another network says that he is a PC of the school.</summary>
[Collection(RoutedSchool.Name)]
public sealed class ClaimedNameTests(RoutedSchool school) : IAsyncLifetime
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        Assert.SkipWhen(school.ReasonAgainst is not null, school.ReasonAgainst ?? "");
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_file_name_in_a_request_hands_nobody_the_commands_of_a_PC()
    {
        await MakeOnBootAsync("dyn1");
        Assert.NotEqual(0, (await school.FetchAsync("stranger", "linbocmd/dyn1.cmd")).Code);
        await school.ClaimAsync("stranger");
        await BootOfAsync("dyn1", RoutedSchool.Stranger);
        var (code, output) = await school.FetchAsync("stranger", "linbocmd/dyn1.cmd");
        Assert.NotEqual(0, code);
        Assert.DoesNotContain(RoutedSchool.Password, output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(school.Tree, "linbocmd/dyn1.cmd")), "the commands are there for the PC");
        Assert.Equal(JsonValueKind.Null, (await school.Api.GetAsync("api/v1/hosts/dyn1", Ct)).GetProperty("seenAddress").ValueKind);

        // The PC itself, on the server's own network, gets them.
        var (own, commands) = await school.FetchAsync("near", "linbocmd/dyn1.cmd");
        Assert.Equal((0, true), (own, commands.StartsWith($"linbo:{RoutedSchool.Password},", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_address_counts_once_LINBOs_host_key_is_shown_there_and_nothing_is_sent_before()
    {
        const string Second = "02:00:00:00:02:98";
        List<string> log = [];
        var key = school.File2("stranger-key");
        await Programs.RunAsync("dropbearkey", ["-t", "ed25519", "-f", key], Ct);
        school.Listen("stranger", key, line => { lock (log) log.Add(line); });
        await school.ClaimAsync("stranger", Second);
        var unknown = await Programs.UntilAsync("the stranger's key is refused", Wait.Limit, async () =>
            (await school.Api.GetAsync("api/v1/host-keys/unknown", Ct)).EnumerateArray().Where(k => k.GetProperty("host").GetString() == "dyn2").Select(k => (JsonElement?)k).FirstOrDefault() is { } found
                ? found.GetProperty("address").GetString() : null, Ct);
        Assert.Equal(RoutedSchool.Stranger, unknown);
        lock (log)
        {
            Assert.Contains(log, l => l.Contains("Exit before auth", StringComparison.Ordinal));
            Assert.DoesNotContain(log, l => l.Contains("root", StringComparison.Ordinal) || l.Contains("auth succeeded", StringComparison.Ordinal));
        }

        Assert.Equal(JsonValueKind.Null, (await school.Api.GetAsync("api/v1/hosts/dyn2", Ct)).GetProperty("seenAddress").ValueKind);
        Assert.Contains("dyn2", await school.Api.GetTextAsync("api/v1/attention", Ct), StringComparison.Ordinal);

        school.Listen("room", Path.Combine(school.Config, "dropbear_ed25519_host_key"), _ => { });
        await school.ClaimAsync("room", Second);
        await Programs.UntilAsync("the PC's own address is known", Wait.Limit, async () =>
            (await school.Api.GetAsync("api/v1/hosts/dyn2", Ct)).GetProperty("seenAddress").GetString() is RoutedSchool.Room and var found ? found : null, Ct);
        // Another packet of the stranger moves nothing.
        await school.ClaimAsync("stranger", Second);
        await BootOfAsync("dyn2", RoutedSchool.Stranger);
        Assert.Equal(RoutedSchool.Room, (await school.Api.GetAsync("api/v1/hosts/dyn2", Ct)).GetProperty("seenAddress").GetString());
    }

    /// <summary>The claim stands on the timeline: it was received and written.</summary>
    private Task<string> BootOfAsync(string host, string address) => Programs.UntilAsync(
        $"the boot of {host} from {address} is on the timeline", Wait.Limit,
        async () => await school.Api.GetTextAsync($"api/v1/hosts/{host}/boots", Ct) is var text && text.Contains(address, StringComparison.Ordinal) ? text : null, Ct);

    private async Task MakeOnBootAsync(string host)
    {
        using var job = JsonContent.Create(new { target = $"host:{host}", commands = "create_image:1,upload_image:1", way = "OnBoot", confirmed = true });
        await school.Api.SendAsync(HttpMethod.Post, "api/v1/jobs", job, Ct);
        await Programs.UntilAsync("the command file is written", Wait.Limit, () => Task.FromResult(File.Exists(Path.Combine(school.Tree, $"linbocmd/{host}.cmd")) ? host : null), Ct);
    }
}
