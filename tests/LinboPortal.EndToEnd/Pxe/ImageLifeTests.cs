using System.Net.Http.Json;
using System.Text.Json;

namespace LinboPortal.EndToEnd.Pxe;

/// <summary>The whole life of an image on real disks: one PC makes it and hands it in, another one takes it and starts from it, all by jobs.</summary>
[Collection(PxeLab.Name)]
public sealed class ImageLifeTests(PxeLab lab)
{
    private static readonly TimeSpan Boot = TimeSpan.FromSeconds(300);
    private static readonly TimeSpan Work = TimeSpan.FromSeconds(300);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_one_PC_hands_in_starts_on_another()
    {
        Assert.SkipWhen(lab.ReasonAgainst is not null, lab.ReasonAgainst ?? "");
        var (maker, taker) = await lab.BothInLinboAsync();
        await maker.SaysAsync("PXE: ready", Boot, Ct);
        using var api = await PortalApi.SignInAsync(lab.Address, Ct);

        Assert.Equal("Done", await RunAsync(api, "r101-pc01", "partition,format"));
        await lab.RunOnPcAsync("10.77.0.101", "fill-system", Ct);
        Assert.Equal("Done", await RunAsync(api, "r101-pc01", "create_image:1:\"the first\",upload_image:1"));

        await Programs.UntilAsync("the image is there", Work, async () =>
            (await api.GetTextAsync("api/v1/images", Ct)).Contains("ubuntu", StringComparison.Ordinal) ? "yes" : null, Ct);
        // The description comes last, after the image is complete.
        await Programs.UntilAsync("its description is there", Work, async () =>
        {
            try
            {
                return (await api.GetTextAsync("api/v1/images/ubuntu/sidecars/ubuntu.qcow2.desc", Ct)).Contains("the first", StringComparison.Ordinal) ? "yes" : null;
            }
            catch (HttpRequestException)
            {
                return null; // not there yet
            }
        }, Ct);

        await taker.SaysAsync("PXE: ready", Boot, Ct);
        Assert.Equal("Done", await RunAsync(api, "r101-pc02", "partition,format,sync:1,start:1"));
        await taker.SaysAsync("PXE: the system has started", Boot, Ct);
    }

    /// <summary>Runs commands on one PC and gives the state at their end; where it is not Done, what the PC printed stands in the failure.</summary>
    private static async Task<string> RunAsync(PortalApi api, string host, string commands)
    {
        using var body = JsonContent.Create(new { target = $"host:{host}", commands, confirmed = true });
        var made = JsonDocument.Parse(await api.SendAsync(HttpMethod.Post, "api/v1/jobs", body, Ct)).RootElement;
        var run = $"api/v1/jobs/{made.GetProperty("number").GetInt32()}/runs/{host}";
        var state = await Programs.UntilAsync($"{commands} on {host} has ended", Work, async () =>
        {
            var now = await api.GetAsync(run, Ct);
            return now.GetProperty("endedAt").ValueKind is JsonValueKind.Null ? null : now.GetProperty("state").GetString();
        }, Ct);
        if (state != "Done")
            Assert.Fail($"{commands} on {host}: {await api.GetTextAsync(run, Ct)}\n{await api.GetTextAsync($"{run}/log/text", Ct)}");
        return state;
    }
}
