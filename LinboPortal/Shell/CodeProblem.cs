namespace LinboPortal.Shell;

/// <summary>Something to underline in a <see cref="CodeEditor"/>.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Severity">How bad.</param>
/// <param name="Message">In the person's language.</param>
public sealed record CodeProblem(int Line, int Column, CodeProblemSeverity Severity, string Message);

/// <summary>How bad a problem is; the names are CodeMirror's in upper case.</summary>
public enum CodeProblemSeverity
{
    /// <summary>Worth knowing.</summary>
    Info,

    /// <summary>Probably not meant so.</summary>
    Warning,

    /// <summary>Does not work.</summary>
    Error,
}
