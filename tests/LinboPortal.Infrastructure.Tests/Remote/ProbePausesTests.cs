using System.Net;
using LinboPortal.Core.Hosts;
using LinboPortal.Infrastructure.Remote;

namespace LinboPortal.Infrastructure.Tests.Remote;

public sealed class ProbePausesTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly ProbedHost pc = new(Guid.CreateVersion7(), IPAddress.Parse("10.1.0.1"), HostState.Off);
    private readonly ProbePauses pauses = new();
    private DateTimeOffset now = new(2026, 3, 2, 6, 0, 0, TimeSpan.Zero);

    public ProbePausesTests() => pauses.Keep([pc], now);

    [Fact]
    public void Pauses_grow_up_to_a_limit()
    {
        Assert.Equal([1, 2, 4, 8, 15, 15], Enumerable.Range(0, 6).Select(_ => MinutesUntilAsked()));
    }

    [Fact]
    public void A_PC_that_is_woken_is_asked_at_once_and_often_for_a_while()
    {
        _ = Enumerable.Range(0, 6).Select(_ => MinutesUntilAsked()).Last();
        pauses.Wake(pc.Id, now);
        Assert.Equal(12, Enumerable.Range(0, 12).Count(_ => MinutesUntilAsked() == 1 / 6.0));
        Assert.Equal([1, 2, 4], Enumerable.Range(0, 3).Select(_ => MinutesUntilAsked()));
    }

    [Fact]
    public void A_PC_that_the_network_has_seen_is_asked_at_once_but_not_again_and_again()
    {
        _ = Enumerable.Range(0, 6).Select(_ => MinutesUntilAsked()).Last();
        pauses.Seen([pc.Address], now);
        Assert.Equal(1, MinutesUntilAsked());
        pauses.Seen([pc.Address], now);
        Assert.Equal(2, MinutesUntilAsked());
        pauses.Seen([IPAddress.Parse("10.1.0.2")], now);
        pauses.Seen([pc.Address], now);
        Assert.Equal(1, MinutesUntilAsked());
    }

    [Fact]
    public void A_PC_with_another_address_is_asked_anew_and_one_that_answers_or_is_deleted_no_more()
    {
        _ = Enumerable.Range(0, 4).Select(_ => MinutesUntilAsked()).Last();
        pauses.Keep([pc with { Address = IPAddress.Parse("10.1.0.9") }], now);
        Assert.Equal(1, MinutesUntilAsked());
        pauses.Keep([], now);
        Assert.Equal(0, pauses.Count);
    }

    /// <summary>It is asked when its turn comes, is silent, and time goes on to its next turn.</summary>
    private double MinutesUntilAsked()
    {
        var due = Assert.Single(pauses.Due(10, now));
        ProbePauses.Silent(due, Minute, TimeSpan.FromMinutes(15), now);
        Assert.Empty(pauses.Due(10, due.NextAt - TimeSpan.FromMilliseconds(1)));
        var pause = due.NextAt - now;
        now = due.NextAt;
        return pause.TotalMinutes;
    }
}
