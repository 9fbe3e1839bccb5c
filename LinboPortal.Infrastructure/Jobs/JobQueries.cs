using LinboPortal.Core.Accounts;
using LinboPortal.Core.Jobs;

namespace LinboPortal.Infrastructure.Jobs;

/// <summary>Query words for jobs and runs. Every query for a person starts with <c>VisibleTo</c>.</summary>
public static class JobQueries
{
    extension(IQueryable<Job> jobs)
    {
        /// <summary>The jobs that have a PC in the person's scope.</summary>
        public IQueryable<Job> VisibleTo(Person person) => person.Scope switch
        {
            Scope.All => jobs,
            Scope.Rooms(var rooms) => jobs.Where(j => j.Runs.Any(r => rooms.Contains(r.RoomId))),
            _ => throw new InvalidOperationException($"Unknown scope {person.Scope}."),
        };

        /// <summary>
        /// The jobs of which the person may know everything: those that the person made, and those without a PC outside the person's scope.
        /// Of all others the target, the note and the author stay hidden: they name rooms, PCs and people of others.
        /// </summary>
        public IQueryable<Job> EntirelyVisibleTo(Person person) => person.Scope switch
        {
            Scope.All => jobs,
            Scope.Rooms(var rooms) => jobs.Where(j => j.CreatedBy == person.UserName || j.Runs.All(r => rooms.Contains(r.RoomId))),
            _ => throw new InvalidOperationException($"Unknown scope {person.Scope}."),
        };
    }

    extension(IQueryable<HostRun> runs)
    {
        /// <summary>The runs in the person's scope.</summary>
        public IQueryable<HostRun> VisibleTo(Person person) => person.Scope switch
        {
            Scope.All => runs,
            Scope.Rooms(var rooms) => runs.Where(r => rooms.Contains(r.RoomId)),
            _ => throw new InvalidOperationException($"Unknown scope {person.Scope}."),
        };
    }
}
