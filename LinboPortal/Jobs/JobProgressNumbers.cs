using LinboPortal.Core.Jobs;

namespace LinboPortal.Jobs;

/// <summary>How far a job is, out of how far its PCs are.</summary>
internal static class JobProgressNumbers
{
    /// <summary>How many commands a job has; 0 where it only wakes.</summary>
    public static int CommandsOf(string commands) => commands.Length == 0 ? 0 : Core.Remote.CommandLine.Parse(commands).Commands.Length;

    /// <summary>A PC's part, from 0 to 1.</summary>
    /// <param name="command">The command it is at, from 1.</param>
    /// <param name="percent">Of that command.</param>
    /// <param name="commands">How many there are.</param>
    public static double Fraction(int command, double? percent, int commands) =>
        commands == 0 || command == 0 ? 0 : Math.Clamp((command - 1 + (percent ?? 0) / 100) / commands, 0, 1);

    /// <summary>The whole, from 0 to 100.</summary>
    public static double Percent(JobCounts counts, double activeFractions) =>
        counts.Total == 0 ? 100 : Math.Round(100 * (counts.Ended + activeFractions) / counts.Total, 1);
}
