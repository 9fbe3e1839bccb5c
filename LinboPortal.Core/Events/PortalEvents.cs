using System.Collections.Immutable;
using System.Threading.Channels;

namespace LinboPortal.Core.Events;

/// <summary>In-process fan-out. A slow reader loses its oldest events and never holds up a writer.</summary>
public sealed class PortalEvents
{
    private ImmutableArray<Subscription> subscriptions = [];

    /// <summary>Hands the event to every subscriber. Never blocks, never throws.</summary>
    public void Publish(PortalEvent portalEvent)
    {
        foreach (var subscription in subscriptions)
            subscription.Channel.Writer.TryWrite(portalEvent);
    }

    /// <summary>Hands on what happened on another portal: to all but those who want this portal's own events.</summary>
    public void Relay(PortalEvent portalEvent)
    {
        foreach (var subscription in subscriptions.Where(s => !s.OwnOnly))
            subscription.Channel.Writer.TryWrite(portalEvent);
    }

    /// <summary>Starts listening. Subscribe first, then read the snapshot: nothing is missed between the two.</summary>
    /// <param name="capacity">Events kept for a reader that is behind; older ones are dropped.</param>
    /// <param name="ownOnly">Without what other portals tell; for those who count.</param>
    public Subscription Subscribe(int capacity = 1024, bool ownOnly = false)
    {
        var subscription = new Subscription(this, capacity, ownOnly);
        ImmutableInterlocked.Update(ref subscriptions, static (all, s) => all.Add(s), subscription);
        return subscription;
    }

    /// <summary>A reader's end. Disposing it ends its enumeration.</summary>
    public sealed class Subscription : IDisposable
    {
        private readonly PortalEvents events;
        private int lost;

        internal Subscription(PortalEvents events, int capacity, bool ownOnly)
        {
            this.events = events;
            OwnOnly = ownOnly;
            Channel = System.Threading.Channels.Channel.CreateBounded<PortalEvent>(
                new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
                _ => Interlocked.Increment(ref lost));
        }

        internal Channel<PortalEvent> Channel { get; }

        internal bool OwnOnly { get; }

        /// <summary>The events since the subscription, oldest first.</summary>
        public ChannelReader<PortalEvent> Reader => Channel.Reader;

        /// <summary>How many events this reader was too slow for since the last call.</summary>
        public int TakeLost() => Interlocked.Exchange(ref lost, 0);

        /// <inheritdoc/>
        public void Dispose()
        {
            ImmutableInterlocked.Update(ref events.subscriptions, static (all, s) => all.Remove(s), this);
            Channel.Writer.TryComplete();
        }
    }
}
