namespace LinboPortal.Infrastructure.Processes;

/// <summary>A program that is to run as long as the portal runs.</summary>
/// <param name="Name">Word for logs and health, for instance <c>rsync</c>.</param>
/// <param name="Program">Name in PATH or absolute path.</param>
/// <param name="Arguments">One element an argument; no shell ever sees them.</param>
public sealed record ProcessPlan(string Name, string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Variables beside the portal's own.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Current directory; empty = the root directory, so that no mount is held.</summary>
    public string WorkingDirectory { get; init; } = "/";

    /// <summary>User to run as, where the portal is root; empty = the portal's own.</summary>
    public string User { get; init; } = "";

    /// <summary>Signal that asks it to end; PostgreSQL wants INT for a fast shutdown.</summary>
    public ProcessSignal StopSignal { get; init; } = ProcessSignal.Terminate;

    /// <summary>How long it may take to end before it is killed.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Pause before the first restart; doubled up to <see cref="LongestPause"/>.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest pause between restarts.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A run of this length counts as well, and the next pause is the first one again.</summary>
    public TimeSpan GoodRun { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Sees every line of standard output and standard error.</summary>
    public Action<string>? OnLine { get; init; }

    /// <summary>Runs before each start, for instance to remove a stale lock.</summary>
    public Func<CancellationToken, Task>? BeforeStart { get; init; }
}

/// <summary>Signals by their Linux numbers.</summary>
public enum ProcessSignal
{
    /// <summary>SIGHUP.</summary>
    HangUp = 1,

    /// <summary>SIGINT.</summary>
    Interrupt = 2,

    /// <summary>SIGKILL.</summary>
    Kill = 9,

    /// <summary>SIGTERM.</summary>
    Terminate = 15,
}
