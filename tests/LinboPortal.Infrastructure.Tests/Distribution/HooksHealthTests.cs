using LinboPortal.Infrastructure.Distribution;
using LinboPortal.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;

namespace LinboPortal.Infrastructure.Tests.Distribution;

/// <summary>What <c>/ready</c> says of the hooks.</summary>
public sealed class HooksHealthTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Hooks_are_well_while_somebody_looks_and_what_waits_too_long_is_told()
    {
        await using var rig = await RsyncRig.StartExternalAsync(database, "");
        Assert.Equal("hooks.well", await SentenceAsync(rig, TimeSpan.Zero));

        // Nobody looks any more: the portal's own loop has ended.
        await rig.StopHooksAsync();
        Assert.Equal("hooks.stand", await SentenceAsync(rig, TimeSpan.FromMinutes(2)));

        var end = rig.Folder.Write("spool-mark", "");
        File.Move(end, Path.Combine(rig.Setup.Folder.Spool, "1.1.end"));
        File.SetLastWriteTimeUtc(Path.Combine(rig.Setup.Folder.Spool, "1.1.end"), TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(-5));
        Assert.Equal("hooks.late", await SentenceAsync(rig, TimeSpan.Zero));
        await rig.StartHooksAsync();
    }

    private static async Task<string> SentenceAsync(RsyncRig rig, TimeSpan later)
    {
        await Wait.UntilAsync("the hooks were looked at", () => rig.Hooks.LookedAt is not null);
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow() + later);
        var found = await new HooksHealth(rig.Daemon, rig.Hooks, time).CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken);
        return (string)found.Data[HealthSentence.Name];
    }
}
