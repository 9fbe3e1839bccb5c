using LinboPortal.Core.Groups;
using LinboPortal.Core.Hosts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Hosts;

/// <summary>Finds rooms and groups by name, and makes those that a host names and nobody has yet. Hold the lock of the hosts.</summary>
internal sealed class RoomsAndGroups(PortalDb db)
{
    private readonly Dictionary<(string School, string Name), Guid> rooms = [];
    private readonly Dictionary<string, Guid> groups = [];

    /// <summary>Groups that were made.</summary>
    public List<HostGroup> NewGroups { get; } = [];

    /// <summary>Rooms that were made.</summary>
    public List<Room> NewRooms { get; } = [];

    /// <summary>Reads all rooms and groups at once, where many hosts follow.</summary>
    public async Task LoadAsync(CancellationToken ct)
    {
        foreach (var room in await db.Rooms.Select(r => new { r.School, r.Name, r.Id }).ToListAsync(ct))
            rooms[(room.School, room.Name.ToLowerInvariant())] = room.Id;
        foreach (var group in await db.Groups.Select(g => new { g.Name, g.Id }).ToListAsync(ct))
            groups[group.Name] = group.Id;
    }

    /// <summary>The key of a room.</summary>
    public async Task<Guid> RoomAsync(string school, string name, CancellationToken ct)
    {
        var key = (school, name.ToLowerInvariant());
        if (!rooms.TryGetValue(key, out var id))
        {
            id = await db.Rooms.Where(r => r.School == school && EF.Functions.ILike(r.Name, Like.Exactly(name), Like.Escape)).Select(r => r.Id).FirstOrDefaultAsync(ct);
            if (id == Guid.Empty)
                id = Add(new Room { School = school, Name = name });
            rooms[key] = id;
        }

        return id;
    }

    /// <summary>The key of a group; null for none. A new one has no start.conf yet.</summary>
    public async Task<Guid?> GroupAsync(string school, string? name, CancellationToken ct)
    {
        if (name is null)
            return null;
        if (!groups.TryGetValue(name, out var id))
        {
            id = await db.Groups.Where(g => g.Name == name).Select(g => g.Id).FirstOrDefaultAsync(ct);
            if (id == Guid.Empty)
                id = Add(new HostGroup { School = school, Name = name });
            groups[name] = id;
        }

        return id;
    }

    private Guid Add(Room room)
    {
        db.Rooms.Add(room);
        NewRooms.Add(room);
        return room.Id;
    }

    private Guid Add(HostGroup group)
    {
        db.Groups.Add(group);
        NewGroups.Add(group);
        return group.Id;
    }
}
