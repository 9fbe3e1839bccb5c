using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace LinboPortal.Jobs.Running;

/// <summary>How many PCs are worked on at once: in the portal, in a room, with images.</summary>
internal sealed class RunLimits(IOptions<JobsOptions> options)
{
    private readonly ConcurrentDictionary<Guid, Slots> rooms = new();

    public Slots Portal { get; } = new(options.Value.Parallel);

    /// <summary>The portal's image storage: one for all as long as there is one.</summary>
    public Slots Storage { get; } = new(options.Value.PerStorage);

    public Slots Room(Guid room) => rooms.GetOrAdd(room, _ => new Slots(options.Value.PerRoom));
}
