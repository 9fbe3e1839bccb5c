using LinboPortal.Core.Hosts;
using LinboPortal.Core.Remote;
using static LinboPortal.Core.Remote.PortAnswer;

namespace LinboPortal.Core.Tests.Remote;

public sealed class PortAnswersTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(Silent, Silent, Silent, Silent, Silent, HostState.Off)]
    [InlineData(Closed, Closed, Closed, Closed, Closed, HostState.On)]
    [InlineData(Open, Closed, Closed, Closed, Closed, HostState.Linbo)]
    [InlineData(Open, Silent, Silent, Silent, Silent, HostState.Linbo)]
    [InlineData(Closed, Open, Closed, Closed, Closed, HostState.Linux)]
    [InlineData(Open, Open, Closed, Closed, Closed, HostState.Linux)] // a Linux that was synced with dropbear in it
    [InlineData(Closed, Silent, Closed, Closed, Closed, HostState.Linux)] // 22 is filtered
    [InlineData(Silent, Silent, Open, Silent, Silent, HostState.Windows)]
    [InlineData(Silent, Silent, Silent, Silent, Open, HostState.Windows)] // remote desktop alone
    [InlineData(Closed, Closed, Silent, Closed, Closed, HostState.Windows)] // 135 is filtered
    [InlineData(Silent, Silent, Silent, Open, Silent, HostState.On)]
    [InlineData(Closed, Open, Open, Open, Open, HostState.Windows)] // with its OpenSSH server
    [InlineData(Closed, Open, Closed, Closed, Open, HostState.On)] // a Linux with remote desktop, or a Windows whose RPC is closed
    public void Ports_tell_what_runs(PortAnswer linbo, PortAnswer ssh, PortAnswer rpc, PortAnswer smb, PortAnswer rdp, HostState state) =>
        Assert.Equal(state, new PortAnswers(linbo, ssh, rpc, smb, rdp).State);

    [Theory]
    [InlineData(HostState.Unknown, null, HostState.Off, HostState.Off)]
    [InlineData(HostState.Linux, 30, HostState.Off, HostState.Linux)]
    [InlineData(HostState.Linux, 130, HostState.Off, HostState.Off)]
    [InlineData(HostState.Booting, 5, HostState.Off, HostState.Booting)]
    [InlineData(HostState.Booting, 500, HostState.On, HostState.Booting)]
    [InlineData(HostState.Booting, 5, HostState.Linbo, HostState.Linbo)]
    [InlineData(HostState.Linbo, 5, HostState.Windows, HostState.Windows)]
    public void A_look_changes_a_state_only_where_it_knows_better(HostState stored, int? seenSecondsAgo, HostState found, HostState next) =>
        Assert.Equal(next, ProbedState.Next(stored, Noon.AddMinutes(-10), Noon.AddSeconds(-seenSecondsAgo ?? 0) is var seen && seenSecondsAgo is null ? null : seen, found, Noon, TimeSpan.FromSeconds(100)));

    [Fact]
    public void A_boot_that_began_after_the_look_stands() =>
        Assert.Equal(HostState.Booting, ProbedState.Next(HostState.Booting, Noon.AddSeconds(1), Noon, HostState.Linbo, Noon, TimeSpan.FromSeconds(100)));
}
