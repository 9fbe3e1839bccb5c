using System.Net;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Events;
using LinboPortal.Core.Hosts;
using LinboPortal.Infrastructure.Boot;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace LinboPortal.Infrastructure.Tests.Boot;

/// <summary>What 5,000 forged requests leave in the database.</summary>
public sealed class NewPcTableTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_address_fills_neither_the_table_of_new_PCs_nor_that_of_boots()
    {
        var registered = Mac(1);
        await using (var db = await database.Databases.CreateDbContextAsync(Ct))
        {
            db.NewPcs.Add(new NewPc { Mac = registered, FirstSeenAt = TimeProvider.System.GetUtcNow(), Address = Address("10.9.0.1"), WantedName = "pc1", WantedAt = TimeProvider.System.GetUtcNow() });
            await db.SaveChangesAsync(Ct);
        }

        using (var journal = new BootJournal(database.Databases, new PortalEvents(), TimeProvider.System, NullLogger<BootJournal>.Instance))
        {
            await journal.StartAsync(Ct);
            for (var i = 2; i <= 5001; i++)
                journal.Report(Asked("10.9.0.1", Mac(i)));
            journal.Report(Asked("10.9.0.2", Mac(6000)));
            await Wait.UntilAsync("the last request is written", async () => await HasAsync(Mac(6000)));
            await journal.StopAsync(Ct);
        }

        await using var after = await database.Databases.CreateDbContextAsync(Ct);
        Assert.InRange(await after.NewPcs.CountAsync(p => p.Address == Address("10.9.0.1"), Ct), 50, NewPcTable.MostOfAddress);
        Assert.InRange(await after.BootRuns.CountAsync(Ct), 1, BootAttribution.MaxUnknownOfAddress + 1);
        Assert.True(await HasAsync(registered));
        Assert.True(await HasAsync(Mac(5001)));
    }

    private async Task<bool> HasAsync(MacAddress mac)
    {
        await using var db = await database.Databases.CreateDbContextAsync(Ct);
        return await db.NewPcs.AnyAsync(p => p.Mac == mac, Ct);
    }

    private static MacAddress Mac(int number) => new(0x020000000000UL + (ulong)number);

    private static IPAddress Address(string text) => IPAddress.Parse(text);

    private static BootObservation Asked(string client, MacAddress mac) => new(
        Address(client), null, BootStepKind.Tftp, $"boot/grub/grub.cfg-01-{mac.ToString().Replace(':', '-')}", TimeProvider.System.GetUtcNow(), TimeSpan.Zero, 0, null, 0,
        BootStepOutcome.NotFound, null);
}
