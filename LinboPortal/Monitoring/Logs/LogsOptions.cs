namespace LinboPortal.Monitoring.Logs;

/// <summary>How the portal's log is written.</summary>
internal sealed class LogsOptions
{
    public const string Section = "Monitoring:Logs";

    /// <summary>What goes to stdout; null for readable lines, and for JSON in a container.</summary>
    public ConsoleFormat? Console { get; set; }

    /// <summary>Where the files lie; empty = <c>log</c> in the data directory.</summary>
    public string Directory { get; set; } = "";

    /// <summary>True where stdout is for programs.</summary>
    public bool IsJson => (Console ?? (InContainer ? ConsoleFormat.Json : ConsoleFormat.Text)) is ConsoleFormat.Json;

    // .NET's own images set it.
    private static bool InContainer => Environment.GetEnvironmentVariable("DOTNET_RUNNING_IN_CONTAINER") is "true" or "1";
}

/// <summary>Who reads stdout.</summary>
internal enum ConsoleFormat
{
    /// <summary>People: one readable line.</summary>
    Text,

    /// <summary>Programs: one JSON object a line.</summary>
    Json,
}
