using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;

namespace LinboPortal.Events;

/// <summary>One message of the stream, as it stands on the wire.</summary>
internal sealed record EventMessage(string Type, DateTimeOffset Time, object Data)
{
    /// <summary>What a reader that was too slow is told: load anew what you show.</summary>
    public static EventMessage Lost(int count, DateTimeOffset time) => new("events.lost", time, new { Count = count });

    /// <summary>The event as a message for a person; the names of its parts are a promise to scripts.</summary>
    public static EventMessage For(Person person, PortalEvent portalEvent, DateTimeOffset time) => new(portalEvent.Type, time, DataOf(portalEvent, person));

    /// <summary>True where the person may know of it: the own rooms, and what the permissions open.</summary>
    public static bool IsFor(Person person, PortalEvent portalEvent) => portalEvent switch
    {
        PortalEvent.HostStateChanged e => person.May(Permission.HostsRead) && Sees(person, e.RoomId),
        PortalEvent.HostCreated e => person.May(Permission.HostsRead) && Sees(person, e.RoomId),
        PortalEvent.HostUpdated e => person.May(Permission.HostsRead) && Sees(person, e.RoomId),
        PortalEvent.HostDeleted e => person.May(Permission.HostsRead) && Sees(person, e.RoomId),
        PortalEvent.HostsImported => person.May(Permission.HostsRead),
        PortalEvent.GroupUpdated => person.May(Permission.GroupsRead),
        PortalEvent.BootStepServed { RoomId: { } room } => person.May(Permission.HostsRead) && Sees(person, room),
        PortalEvent.BootStepServed or PortalEvent.NewPcSeen or PortalEvent.TreeProjected => person.May(Permission.BootRead),
        PortalEvent.JobCreated e => person.May(Permission.JobsRead) && SeesAny(person, e.RoomIds),
        PortalEvent.JobStarted e => person.May(Permission.JobsRead) && SeesAny(person, e.RoomIds),
        PortalEvent.JobProgress e => person.May(Permission.JobsRead) && SeesAny(person, e.RoomIds),
        PortalEvent.JobCompleted e => person.May(Permission.JobsRead) && SeesAny(person, e.RoomIds),
        PortalEvent.HostProgressed e => person.May(Permission.JobsRead) && Sees(person, e.RoomId),
        PortalEvent.ScheduleChanged => person.May(Permission.JobsRead) && person.Scope is Scope.All,
        PortalEvent.ImageCreated or PortalEvent.ImageUpdated or PortalEvent.ImageDeleted or PortalEvent.ImageDamaged or PortalEvent.ImageUploaded
            or PortalEvent.ImageTaskMoved => person.May(Permission.ImagesRead),
        PortalEvent.ServiceHealthChanged => person.May(Permission.SystemRead),
        _ => false,
    };

    private static bool Sees(Person person, Guid room) => person.Scope is Scope.All || (person.Scope is Scope.Rooms(var rooms) && rooms.Contains(room));

    private static bool SeesAny(Person person, IReadOnlyList<Guid> rooms) => rooms.Any(room => Sees(person, room));

    // Of a job with PCs of other rooms: neither its target nor its numbers, which are of all of its PCs.
    private static bool SeesAll(Person person, IReadOnlyList<Guid> rooms) => rooms.All(room => Sees(person, room));

    private static object DataOf(PortalEvent portalEvent, Person person) => portalEvent switch
    {
        PortalEvent.HostStateChanged e => new { e.HostId, e.Host, e.RoomId, e.State, e.Since },
        PortalEvent.HostCreated e => new { e.HostId, e.Host, e.RoomId },
        PortalEvent.HostUpdated e => new { e.HostId, e.Host, e.RoomId },
        PortalEvent.HostDeleted e => new { e.HostId, e.Host, e.RoomId },
        PortalEvent.HostsImported e => new { e.Created, e.Updated, e.Deleted },
        PortalEvent.GroupUpdated e => new { e.GroupId, e.Group, e.Revision },
        PortalEvent.BootStepServed e => new
        {
            e.BootRunId,
            e.HostId,
            e.Host,
            e.RoomId,
            e.Kind,
            e.Path,
            e.Outcome,
            e.Bytes,
            Seconds = Math.Round(e.Duration.TotalSeconds, 3),
        },
        PortalEvent.JobCreated e when !SeesAll(person, e.RoomIds) => new { e.JobId, e.Number, e.Commands },
        PortalEvent.JobProgress e when !SeesAll(person, e.RoomIds) => new { e.JobId, e.Number },
        PortalEvent.JobCompleted e when !SeesAll(person, e.RoomIds) => new { e.JobId, e.Number, e.State },
        PortalEvent.JobCreated e => new { e.JobId, e.Number, e.Commands, e.Target, e.Hosts },
        PortalEvent.JobStarted e => new { e.JobId, e.Number },
        PortalEvent.JobProgress e => new { e.JobId, e.Number, e.Counts, e.Percent },
        PortalEvent.JobCompleted e => new { e.JobId, e.Number, e.State, e.Counts },
        PortalEvent.HostProgressed e => new
        {
            e.JobId,
            e.RunId,
            e.HostId,
            e.Host,
            e.RoomId,
            e.State,
            e.Command,
            e.Commands,
            e.CommandText,
            e.Percent,
            BytesPerSecond = e.Speed,
            SecondsLeft = e.Left is { } left ? Math.Round(left.TotalSeconds) : (double?)null,
            e.LastLine,
            e.Reason,
        },
        PortalEvent.ScheduleChanged e => new { e.ScheduleId, e.Name },
        PortalEvent.ImageCreated e => new { e.ImageId, e.Image },
        PortalEvent.ImageUpdated e => new { e.ImageId, e.Image },
        PortalEvent.ImageDeleted e => new { e.ImageId, e.Image },
        PortalEvent.ImageDamaged e => new { e.ImageId, e.Image, e.Folder, e.File, e.Problem },
        PortalEvent.ImageUploaded e => new { e.UploadId, e.Image, e.File, e.Host, e.State, e.Bytes, e.Size, e.Problem },
        PortalEvent.ImageTaskMoved e => new
        {
            e.TaskId,
            e.Image,
            e.Kind,
            e.State,
            e.Bytes,
            e.Size,
            BytesPerSecond = e.Speed,
            SecondsLeft = e.Left is { } left ? Math.Round(left.TotalSeconds) : (double?)null,
            e.Problem,
        },
        PortalEvent.NewPcSeen e => new { Mac = e.Mac.ToString() },
        PortalEvent.ServiceHealthChanged e => new { e.Service, e.Health, e.Message },
        PortalEvent.TreeProjected e => new { e.Written, e.Drifted },
        _ => throw new ArgumentOutOfRangeException(nameof(portalEvent), portalEvent.Type, null),
    };
}
