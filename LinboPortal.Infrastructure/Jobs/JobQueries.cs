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
