using System.Collections.Immutable;

namespace LinboPortal.Core.StartConf;

/// <summary>How much a problem matters.</summary>
public enum ProblemSeverity
{
    /// <summary>LINBO copes, but probably not as meant.</summary>
    Warning,

    /// <summary>LINBO or GRUB will do the wrong thing.</summary>
    Error,
}

/// <summary>Something wrong in a start.conf, where it stands, in a form that the portal can say in any language.</summary>
/// <param name="Code">What is wrong; the message's key.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column of the first character, from 1.</param>
/// <param name="Length">Characters concerned; 0 where a place is meant.</param>
/// <param name="Arguments">What the message mentions, in its order.</param>
public sealed record StartConfProblem(
    StartConfProblemCode Code, ProblemSeverity Severity, int Line, int Column, int Length, ImmutableArray<string> Arguments);
