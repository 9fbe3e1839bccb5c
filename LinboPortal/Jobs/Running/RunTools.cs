using System.Net;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Remote;

namespace LinboPortal.Jobs.Running;

/// <summary>All that the runner does to the world outside of the database; tests put a world of their own in its place.</summary>
internal sealed record RunTools
{
    /// <summary>Reaches LINBO on PCs.</summary>
    public required ILinboClient Client { get; init; }

    /// <summary>Looks what runs at an address.</summary>
    public required Func<IPAddress, CancellationToken, Task<HostState>> LookAsync { get; init; }

    /// <summary>Wakes a PC, with true also over the broadcast address of its subnet; gives what hindered it, else an empty text.</summary>
    public required Func<RunHost, bool, CancellationToken, Task<string>> WakeAsync { get; init; }

    /// <summary>Writes what a PC fetches at its next boot.</summary>
    public required Func<RunHost, OnBootFile, CancellationToken, Task> WriteOnBootAsync { get; init; }

    /// <summary>Takes it away again; true where it was still there, so never fetched.</summary>
    public required Func<RunHost, bool> RemoveOnBoot { get; init; }

    /// <summary>True until the PC has fetched it.</summary>
    public required Func<RunHost, bool> IsOnBootThere { get; init; }

    /// <summary>True where the server has an image that the PC sent since that moment, whole.</summary>
    public required Func<RunHost, string, DateTimeOffset, CancellationToken, Task<bool>> HasUploadAsync { get; init; }

    /// <summary>What the server sends to PCs right now.</summary>
    public required Func<IReadOnlyDictionary<IPAddress, ServedBytes>> Downloads { get; init; }

    /// <summary>The LINBO password, which clients print in clear.</summary>
    public required Func<string> Secret { get; init; }
}
