using System.CommandLine;

namespace LinboPortal.Cli;

/// <summary><c>LinboPortal doctor</c>: looks for what keeps a portal from working, and says what to do.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var doctor = new Command("doctor", "Checks settings, programs, ports, database and LINBO's files");
        doctor.TreatUnmatchedTokensAsErrors = false; // settings
        doctor.SetAction((parsed, ct) => RunAsync(parsed.UnmatchedTokens, ct));
        return doctor;
    }

    private static async Task<int> RunAsync(IReadOnlyList<string> settings, CancellationToken ct)
    {
        var findings = await Examination.RunAsync(settings, ct);
        foreach (var finding in findings)
        {
            await Console.Out.WriteLineAsync($"{(finding.Remedy is null ? "ok" : finding.IsFatal ? "!!" : " !"),-3} {finding.What}");
            if (finding.Remedy is { } remedy)
                await Console.Out.WriteLineAsync($"      {remedy}");
        }

        var wrong = findings.Count(f => f is { Remedy: not null, IsFatal: true });
        await Console.Out.WriteLineAsync(wrong == 0 ? "Nothing keeps the portal from running." : $"{wrong} to mend.");
        return wrong == 0 ? 0 : 1;
    }
}

/// <summary>One thing that was looked at.</summary>
/// <param name="What">What was found.</param>
/// <param name="Remedy">What to do; null where it is in order.</param>
/// <param name="IsFatal">The portal does not work like that.</param>
internal sealed record Finding(string What, string? Remedy = null, bool IsFatal = true);
