using LinboPortal.Core.StartConf;

namespace LinboPortal.Core.Jobs;

/// <summary>The hosts that a request means, as far as the person sees them.</summary>
/// <param name="Hosts">In the order in which they shall be worked on.</param>
/// <param name="Missing">Names of hosts, rooms, groups or saved searches that do not exist, or not for the person.</param>
public sealed record JobTargets(IReadOnlyList<JobHost> Hosts, IReadOnlyList<string> Missing);

/// <summary>What a plan must know of a host.</summary>
/// <param name="Id">Key.</param>
/// <param name="Name">Name.</param>
/// <param name="RoomId">Key of the room.</param>
/// <param name="Group">Its group; null for none.</param>
/// <param name="BootsLinbo">False where its pxeFlag keeps it from LINBO.</param>
/// <param name="HasAddress">True where an address is known, the fixed one or the one last seen.</param>
public sealed record JobHost(Guid Id, string Name, Guid RoomId, JobGroup? Group, bool BootsLinbo, bool HasAddress);

/// <summary>What a plan must know of a group. One object for all its hosts.</summary>
/// <param name="Name">Name.</param>
/// <param name="StartConf">Its start.conf; null where it has none.</param>
public sealed record JobGroup(string Name, StartConfDocument? StartConf);
