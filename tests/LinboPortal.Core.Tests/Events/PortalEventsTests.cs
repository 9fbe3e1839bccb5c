using LinboPortal.Core.Events;
using LinboPortal.Core.Hosts;

namespace LinboPortal.Core.Tests.Events;

public sealed class PortalEventsTests
{
    private static PortalEvent.NewPcSeen Seen(int number) => new(new MacAddress((ulong)number));

    [Fact]
    public void Every_subscriber_reads_every_event_in_order()
    {
        var events = new PortalEvents();
        using var one = events.Subscribe();
        using var two = events.Subscribe();
        events.Publish(Seen(1));
        events.Publish(Seen(2));
        foreach (var reader in new[] { one.Reader, two.Reader })
        {
            Assert.True(reader.TryRead(out var first) && first == Seen(1));
            Assert.True(reader.TryRead(out var second) && second == Seen(2));
        }
    }

    [Fact]
    public void A_slow_reader_loses_the_oldest_and_holds_up_nobody()
    {
        var events = new PortalEvents();
        using var slow = events.Subscribe(capacity: 2);
        for (var i = 1; i <= 5; i++)
            events.Publish(Seen(i));
        Assert.True(slow.Reader.TryRead(out var first));
        Assert.Equal(Seen(4), first);
    }

    [Fact]
    public async Task Disposing_a_subscription_ends_its_enumeration()
    {
        var events = new PortalEvents();
        var subscription = events.Subscribe();
        subscription.Dispose();
        events.Publish(Seen(1));
        Assert.False(await subscription.Reader.WaitToReadAsync(TestContext.Current.CancellationToken));
    }
}
