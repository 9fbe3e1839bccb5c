using System.Net;
using LinboPortal.Infrastructure.Processes;

namespace LinboPortal.Infrastructure.Tests;

/// <summary>What this machine's addresses are while its interfaces come and go.</summary>
public sealed class OwnAddressesTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Those_of_the_machine_are_known()
    {
        var loopback = Assert.Single(OwnAddresses.Read(), a => a.Address.Equals(IPAddress.Loopback));
        Assert.True(loopback.IsLoopback);
        Assert.Equal(8, loopback.PrefixLength);
    }

    [Fact]
    public async Task Interfaces_that_vanish_meanwhile_fail_no_reading()
    {
        var name = $"va{Environment.ProcessId}";
        Assert.SkipWhen((await IpAsync("link", "add", name, "type", "veth", "peer", "name", name + "p")).ExitCode != 0, "making interfaces is not allowed");
        await IpAsync("link", "del", name);
        var ends = false;
        var reading = Task.Run(
            () =>
            {
                while (!Volatile.Read(ref ends))
                    Assert.Contains(OwnAddresses.Read(), a => a.Address.Equals(IPAddress.Loopback));
            },
            Ct);
        for (var i = 0; i < 40 && !reading.IsCompleted; i++)
        {
            await IpAsync("link", "add", name, "type", "veth", "peer", "name", name + "p");
            await IpAsync("link", "del", name);
        }

        Volatile.Write(ref ends, true);
        await reading;
    }

    private static Task<ProgramResult> IpAsync(params string[] arguments) => new ProgramRun("ip", arguments).RunAsync(Ct, allowFailure: true);
}
