using LinboPortal.Core.Boot;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Images;
using LinboPortal.Core.Jobs;

namespace LinboPortal.Core.Events;

/// <summary>All that can happen in the portal: pages, WebSocket, metrics and notifications read the same family.</summary>
/// <param name="Type">Name on the wire, for instance <c>host.state</c>.</param>
public abstract record PortalEvent(string Type)
{
    /// <summary>A host is seen in another state.</summary>
    public sealed record HostStateChanged(Guid HostId, string Host, Guid RoomId, HostState State, DateTimeOffset Since) : PortalEvent("host.state")
    {
        /// <summary>True where a boot of the PC turned out not to come up.</summary>
        public bool BootFailed { get; init; }
    }

    /// <summary>A host was added.</summary>
    public sealed record HostCreated(Guid HostId, string Host, Guid RoomId) : PortalEvent("host.created");

    /// <summary>A host was changed.</summary>
    public sealed record HostUpdated(Guid HostId, string Host, Guid RoomId) : PortalEvent("host.updated");

    /// <summary>A host was deleted.</summary>
    public sealed record HostDeleted(Guid HostId, string Host, Guid RoomId) : PortalEvent("host.deleted");

    /// <summary>Many hosts were added, changed or deleted at once (import); readers load anew.</summary>
    public sealed record HostsImported(int Created, int Updated, int Deleted) : PortalEvent("hosts.imported");

    /// <summary>A group or its start.conf was added, changed or deleted.</summary>
    public sealed record GroupUpdated(Guid GroupId, string Group, int Revision) : PortalEvent("group.updated");

    /// <summary>A step of a boot was served. <paramref name="HostId"/> and <paramref name="RoomId"/> are null for unknown PCs.</summary>
    public sealed record BootStepServed(
        Guid BootRunId, Guid? HostId, string? Host, Guid? RoomId, BootStepKind Kind, string Path, BootStepOutcome Outcome, long Bytes,
        TimeSpan Duration) : PortalEvent("boot.step");

    /// <summary>A PC that no host row knows booted.</summary>
    public sealed record NewPcSeen(MacAddress Mac) : PortalEvent("newpc.seen");

    /// <summary>A part of the portal changed its health.</summary>
    public sealed record ServiceHealthChanged(string Service, ServiceHealth Health, string Message) : PortalEvent("service.health");

    /// <summary>A job was made. <paramref name="RoomIds"/> are the rooms of its PCs: who may see none of them is told nothing.</summary>
    public sealed record JobCreated(Guid JobId, int Number, string Commands, string Target, int Hosts, IReadOnlyList<Guid> RoomIds) : PortalEvent("job.created");

    /// <summary>A job began to work.</summary>
    public sealed record JobStarted(Guid JobId, int Number, IReadOnlyList<Guid> RoomIds) : PortalEvent("job.started");

    /// <summary>Numbers of a job changed; at most twice a second for each job.</summary>
    public sealed record JobProgress(Guid JobId, int Number, JobCounts Counts, double Percent, IReadOnlyList<Guid> RoomIds) : PortalEvent("job.progress");

    /// <summary>A job ended.</summary>
    public sealed record JobCompleted(Guid JobId, int Number, JobState State, JobCounts Counts, IReadOnlyList<Guid> RoomIds) : PortalEvent("job.completed");

    /// <summary>A PC's part in a job moved on; at most twice a second for each PC, a change of state at once.</summary>
    public sealed record HostProgressed(
        Guid JobId, Guid RunId, Guid? HostId, string Host, Guid RoomId, RunState State, int Command, int Commands, string CommandText, double? Percent,
        long? Speed, TimeSpan? Left, string LastLine, RunReason? Reason) : PortalEvent("host.progress");

    /// <summary>A schedule was saved, deleted or has made a job.</summary>
    public sealed record ScheduleChanged(Guid ScheduleId, string Name) : PortalEvent("schedule.changed");

    /// <summary>An image is there that was not.</summary>
    public sealed record ImageCreated(Guid ImageId, string Image) : PortalEvent("image.created");

    /// <summary>An image, its sidecars or its versions changed.</summary>
    public sealed record ImageUpdated(Guid ImageId, string Image) : PortalEvent("image.updated");

    /// <summary>An image is gone.</summary>
    public sealed record ImageDeleted(Guid ImageId, string Image) : PortalEvent("image.deleted");

    /// <summary>A file of an image is not what it should be. <paramref name="Folder"/> is empty for the current set.</summary>
    public sealed record ImageDamaged(Guid ImageId, string Image, string Folder, string File, ImageProblem Problem) : PortalEvent("image.damaged");

    /// <summary>An upload by a client moved on; at most twice a second for each. <paramref name="Size"/> is null while nobody knows it.</summary>
    public sealed record ImageUploaded(
        Guid UploadId, string Image, string File, string Host, UploadState State, long Bytes, long? Size, ImageProblem Problem) : PortalEvent("image.upload");

    /// <summary>Work on an image moved on; at most twice a second for each, a change of state at once. <paramref name="Size"/> is 0 while nobody knows it.</summary>
    public sealed record ImageTaskMoved(
        Guid TaskId, string Image, ImageTaskKind Kind, ImageTaskState State, long Bytes, long Size, long? Speed, TimeSpan? Left, ImageProblem Problem)
        : PortalEvent("image.task");

    /// <summary>The LINBO tree was projected.</summary>
    public sealed record TreeProjected(int Written, int Drifted) : PortalEvent("tree.projected");
}

/// <summary>How a part of the portal is.</summary>
public enum ServiceHealth
{
    /// <summary>Works.</summary>
    Healthy,

    /// <summary>Works in part, or waits for something that an administrator must do.</summary>
    Degraded,

    /// <summary>Does not work.</summary>
    Unhealthy,
}
