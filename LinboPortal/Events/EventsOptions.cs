using System.ComponentModel.DataAnnotations;

namespace LinboPortal.Events;

/// <summary>Settings of the event stream.</summary>
internal sealed class EventsOptions
{
    public const string Section = "Events";

    /// <summary>Sockets open at once.</summary>
    [Range(1, 100_000, ErrorMessage = "Events:Sockets must lie between 1 and 100000.")]
    public int Sockets { get; set; } = 500;

    /// <summary>Sockets open at once for one account.</summary>
    [Range(1, 100_000, ErrorMessage = "Events:SocketsPerPerson must lie between 1 and 100000.")]
    public int SocketsPerPerson { get; set; } = 20;

    /// <summary>Events kept for a reader that is behind.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Events:Backlog must lie between 1 and 1000000.")]
    public int Backlog { get; set; } = 1024;
}
