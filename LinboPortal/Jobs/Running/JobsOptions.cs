using System.ComponentModel.DataAnnotations;
using LinboPortal.Core.Remote;

namespace LinboPortal.Jobs.Running;

/// <summary>How much is done at once, and how long anything may take.</summary>
internal sealed class JobsOptions
{
    public const string Section = "Jobs";

    /// <summary>False: this portal takes requests, and another one works on them.</summary>
    public bool Run { get; set; } = true;

    /// <summary>Jobs at the same time.</summary>
    [Range(1, 200, ErrorMessage = "Jobs:Workers must lie between 1 and 200.")]
    public int Workers { get; set; } = 10;

    /// <summary>PCs at the same time, by this portal.</summary>
    [Range(1, 5000, ErrorMessage = "Jobs:Parallel must lie between 1 and 5000.")]
    public int Parallel { get; set; } = 150;

    /// <summary>PCs of one room at the same time.</summary>
    [Range(1, 5000, ErrorMessage = "Jobs:PerRoom must lie between 1 and 5000.")]
    public int PerRoom { get; set; } = 60;

    /// <summary>PCs that load or send images at the same time.</summary>
    [Range(1, 5000, ErrorMessage = "Jobs:PerStorage must lie between 1 and 5000.")]
    public int PerStorage { get; set; } = 60;

    /// <summary>How long a first connection may take.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00", ErrorMessage = "Jobs:Connect must lie between 00:00:01 and 00:10:00.")]
    public TimeSpan Connect { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a connection that broke is tried to be made again.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00", ErrorMessage = "Jobs:Lost must lie between 00:00:01 and 1.00:00:00.")]
    public TimeSpan Lost { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Longest pause between two tries to connect again.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00", ErrorMessage = "Jobs:BackOff must lie between 00:00:00.010 and 00:05:00.")]
    public TimeSpan BackOff { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>A PC that leaves LINBO (start, reboot, halt) and is silent so long has left.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00", ErrorMessage = "Jobs:Leave must lie between 00:00:00.100 and 00:10:00.")]
    public TimeSpan Leave { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest a start, reboot or halt may take to leave LINBO.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ErrorMessage = "Jobs:LeaveDeadline must lie between 00:00:01 and 01:00:00.")]
    public TimeSpan LeaveDeadline { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Longest a command may take that moves no image.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00", ErrorMessage = "Jobs:CommandDeadline must lie between 00:00:01 and 1.00:00:00.")]
    public TimeSpan CommandDeadline { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Longest a command may take that makes or moves an image.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00", ErrorMessage = "Jobs:ImageDeadline must lie between 00:00:01 and 7.00:00:00.")]
    public TimeSpan ImageDeadline { get; set; } = TimeSpan.FromHours(12);

    /// <summary>How long the server may take to have an image that a PC has sent.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00", ErrorMessage = "Jobs:UploadSettle must lie between 00:00:00 and 01:00:00.")]
    public TimeSpan UploadSettle { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Pause between two looks at a PC that was woken.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00", ErrorMessage = "Jobs:WakePoll must lie between 00:00:00.050 and 00:01:00.")]
    public TimeSpan WakePoll { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long what a PC was last seen doing is known; after that it is looked at before anything is decided.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00", ErrorMessage = "Jobs:KnownFor must lie between 00:00:00 and 01:00:00.")]
    public TimeSpan KnownFor { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a portal that is silent keeps its PCs from others.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "00:10:00", ErrorMessage = "Jobs:Lease must lie between 00:00:05 and 00:10:00.")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(40);

    /// <summary>KiB kept of a command's output at its beginning, and the same again at its end.</summary>
    [Range(4, 65536, ErrorMessage = "Jobs:LogKiB must lie between 4 and 65536.")]
    public int LogKiB { get; set; } = 256;

    /// <summary>How long a command may take.</summary>
    public TimeSpan LimitOf(LinboCommand command) => command switch
    {
        { LeavesLinbo: true } => LeaveDeadline,
        { MovesImages: true } or LinboCommand.CreateImage or LinboCommand.CreateQdiff => ImageDeadline,
        _ => CommandDeadline,
    };
}
