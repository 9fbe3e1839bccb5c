using LinboPortal.Core.Events;

namespace LinboPortal.Core.Tests.Events;

public sealed class LostEventsTests
{
    [Fact]
    public void A_reader_that_is_too_slow_loses_the_oldest_and_is_told_how_many()
    {
        var events = new PortalEvents();
        using var reader = events.Subscribe(capacity: 2);

        for (var i = 1; i <= 5; i++)
            events.Publish(new PortalEvent.TreeProjected(i, 0));

        Assert.Equal(3, reader.TakeLost());
        Assert.Equal(0, reader.TakeLost());
        Assert.True(reader.Reader.TryRead(out var first));
        Assert.Equal(new PortalEvent.TreeProjected(4, 0), first);
    }
}
