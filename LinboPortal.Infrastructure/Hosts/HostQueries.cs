using LinboPortal.Core.Accounts;
using LinboPortal.Core.Hosts;

namespace LinboPortal.Infrastructure.Hosts;

/// <summary>Query words for hosts and rooms. Every query for a person starts with <c>VisibleTo</c>.</summary>
public static class HostQueries
{
    extension(IQueryable<Host> hosts)
    {
        /// <summary>The hosts in the person's scope.</summary>
        public IQueryable<Host> VisibleTo(Person person) => person.Scope switch
        {
            Scope.All => hosts,
            Scope.Rooms(var rooms) => hosts.Where(h => rooms.Contains(h.RoomId)),
            _ => throw new InvalidOperationException($"Unknown scope {person.Scope}."),
        };
    }

    extension(IQueryable<Room> rooms)
    {
        /// <summary>The rooms in the person's scope.</summary>
        public IQueryable<Room> VisibleTo(Person person) => person.Scope switch
        {
            Scope.All => rooms,
            Scope.Rooms(var ids) => rooms.Where(r => ids.Contains(r.Id)),
            _ => throw new InvalidOperationException($"Unknown scope {person.Scope}."),
        };
    }

    extension(IQueryable<SavedSearch> searches)
    {
        /// <summary>The person's own searches and those that all have.</summary>
        public IQueryable<SavedSearch> VisibleTo(Person person) => searches.Where(s => s.IsShared || s.Owner == person.UserName);
    }
}
