using LinboPortal.Core.Remote;

namespace LinboPortal.Core.Jobs;

/// <summary>A field of a <see cref="JobRequest"/>.</summary>
public enum JobField
{
    /// <summary>Whom it is for.</summary>
    Target,

    /// <summary>The commands.</summary>
    Commands,

    /// <summary>Direct or at the next boot.</summary>
    Way,

    /// <summary>How long to wait for PCs that were woken.</summary>
    Wake,

    /// <summary>Pause between magic packets.</summary>
    Between,

    /// <summary>Broadcast to the subnet.</summary>
    Broadcast,

    /// <summary>Sizes of the waves.</summary>
    Waves,

    /// <summary>The person's words.</summary>
    Note,
}

/// <summary>What is wrong with a request. The portal says it in the reader's language.</summary>
public enum JobProblem
{
    /// <summary>No target is named.</summary>
    NoTarget,

    /// <summary>The target is none that <see cref="Hosts.HostSelector"/> reads; <see cref="JobIssue.Value"/> is the text.</summary>
    UnreadableTarget,

    /// <summary>There is no such host, room or group, or not for this person; <see cref="JobIssue.Value"/> is the name.</summary>
    UnknownTarget,

    /// <summary>The target has no PC that boots LINBO.</summary>
    NoPcs,

    /// <summary>The host does not boot LINBO (pxeFlag); <see cref="JobIssue.Value"/> is its name.</summary>
    NotLinboPc,

    /// <summary>No command, nothing to wake, no option for the next boot.</summary>
    NothingToDo,

    /// <summary>The commands cannot be read; <see cref="JobIssue.Command"/> says why.</summary>
    BadCommand,

    /// <summary>The command stands behind one after which the PC is gone; <see cref="JobIssue.Value"/> is the command, <see cref="JobIssue.Other"/> the one before.</summary>
    AfterLeaving,

    /// <summary>Images are made and sent on one PC that is named; <see cref="JobIssue.Value"/> is the command.</summary>
    OnePcOnly,

    /// <summary>The start.conf has no such system; <see cref="JobIssue.Value"/> is the command, <see cref="JobIssue.Other"/> the group.</summary>
    NoSuchSystem,

    /// <summary>The start.conf has no such partition; <see cref="JobIssue.Value"/> is the command, <see cref="JobIssue.Other"/> the group.</summary>
    NoSuchPartition,

    /// <summary>The PC has no group, so no start.conf; <see cref="JobIssue.Value"/> is the command, <see cref="JobIssue.Other"/> the PC.</summary>
    NoGroup,

    /// <summary>Nothing that could be done at the next boot: only waking.</summary>
    NothingForBoot,

    /// <summary>The option is of use only where PCs are woken.</summary>
    NeedsWake,

    /// <summary>Too long, negative or too many; <see cref="JobIssue.Other"/> is the limit.</summary>
    OutOfRange,

    /// <summary>The waves are no list of numbers like <c>1,3</c>; <see cref="JobIssue.Value"/> is the text.</summary>
    UnreadableWaves,

    /// <summary>The person has saved no search of this name, and nobody shared one; <see cref="JobIssue.Value"/> is the name.</summary>
    UnknownSearch,
}

/// <summary>One thing that is wrong with a request.</summary>
/// <param name="Field">Where.</param>
/// <param name="Problem">What.</param>
/// <param name="Value">The value as it was given; see <see cref="JobProblem"/>.</param>
/// <param name="Other">What else the sentence needs.</param>
/// <param name="Position">Where in the field's text, in characters from 1; null for the whole field.</param>
/// <param name="Command">What the commands' reader says, for <see cref="JobProblem.BadCommand"/>.</param>
public sealed record JobIssue(
    JobField Field, JobProblem Problem, string Value = "", string Other = "", int? Position = null, CommandError? Command = null);
