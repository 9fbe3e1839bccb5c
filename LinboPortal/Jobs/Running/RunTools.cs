using System.Net;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Remote;
using LinboPortal.Infrastructure.Remote;

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

    /// <summary>Gives the file the PC's new name; false where there is none.</summary>
    public required Func<string, string, bool> RenameOnBoot { get; init; }

    /// <summary>When the PC of that key and name fetched its file, since that moment, by rsync's report; null where there is none.</summary>
    public required Func<Guid, string, DateTimeOffset, CancellationToken, Task<DateTimeOffset?>> FetchedAtAsync { get; init; }

    /// <summary>True while LINBO on the PC runs a command by itself, and its log; null where it does not answer.</summary>
    public required Func<LinboAddress, CancellationToken, Task<(bool IsBusy, string Log)?>> AskLinboAsync { get; init; }

    /// <summary>The log that the PC of that name handed over since that moment; null where it did not.</summary>
    public required Func<string, DateTimeOffset, CancellationToken, Task<string?>> HandedLogAsync { get; init; }

    /// <summary>Runs a command on Linux or Windows of a PC, and says what became of it.</summary>
    public required Func<SystemAddress, string, CancellationToken, Task<(SystemAnswer Answer, string Detail)>> TellSystemAsync { get; init; }

    /// <summary>True where the PC has fetched its file since that moment.</summary>
    public async Task<bool> HasFetchedAsync(RunHost host, DateTimeOffset since, CancellationToken ct) => await FetchedAtAsync(host.Id, host.Name, since, ct) is not null;

    /// <summary>True where the server has an image that the PC sent since that moment, whole.</summary>
    public required Func<RunHost, string, DateTimeOffset, CancellationToken, Task<bool>> HasUploadAsync { get; init; }

    /// <summary>What the server sends to PCs right now.</summary>
    public required Func<IReadOnlyDictionary<IPAddress, ServedBytes>> Downloads { get; init; }

    /// <summary>The LINBO password, which clients print in clear.</summary>
    public required Func<string> Secret { get; init; }
}
