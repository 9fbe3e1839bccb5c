using LinboPortal.Core.Jobs;
using LinboPortal.Core.Remote;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Jobs;

/// <summary>A job and how many of the PCs it concerns.</summary>
public sealed record JobShare(int Number, int Pcs);

/// <summary>What becomes of the PCs of a target, before the job is made.</summary>
public sealed record TargetForecast
{
    private TargetForecast(IReadOnlyList<(TargetHost Host, PcPart Part, RunReason? Skip)> hosts, bool isDirect)
    {
        Acting = hosts.Count(h => h.Part != PcPart.Skipped);
        Woken = hosts.Count(h => h.Part == PcPart.Woken);
        ThroughSystem = hosts.Count(h => h.Part == PcPart.ThroughSystem);
        SkippedOff = hosts.Count(h => h.Skip == RunReason.NotOnline);
        SkippedInSystem = hosts.Count(h => h.Skip == RunReason.NotLinbo);
        ActingNames = [.. hosts.Where(h => h.Part != PcPart.Skipped).Select(h => h.Host.Name)];
        IsDirect = isDirect;
        Awaiting = [.. hosts.Where(h => h.Part != PcPart.Skipped).GroupBy(h => h.Host.AwaitsBootFor).Where(g => g.Key is not null).OrderBy(g => g.Key).Select(g => new JobShare(g.Key!.Value, g.Count()))];
    }

    /// <summary>PCs on which something is done.</summary>
    public int Acting { get; }

    /// <summary>Their names.</summary>
    public IReadOnlyList<string> ActingNames { get; }

    /// <summary>Of these, woken first.</summary>
    public int Woken { get; }

    /// <summary>Of these, told through their Windows or Linux.</summary>
    public int ThroughSystem { get; }

    /// <summary>Skipped because they are off.</summary>
    public int SkippedOff { get; }

    /// <summary>Skipped because another system than LINBO runs.</summary>
    public int SkippedInSystem { get; }

    /// <summary>Over SSH, now; not by a file for the next boot.</summary>
    public bool IsDirect { get; }

    /// <summary>Jobs whose commands wait for the next boot of these PCs.</summary>
    internal IReadOnlyList<JobShare> Awaiting { get; }

    internal static TargetForecast Of(CommandTarget target, JobRequest request, IReadOnlyList<LinboCommand> commands)
    {
        var way = commands.Count == 0 && (request.NoGui || request.NoAuto) ? JobWay.OnBoot : request.Way;
        return new TargetForecast(
            [.. target.Hosts.Select(h => PcParts.Of(h.State, h.HasAccess, way, request.Wake is not null, commands) is var (part, skip) ? (h, part, skip) : default)],
            way == JobWay.Direct);
    }
}

/// <summary>A forecast in sentences; dialogs, the room's bar and schedules say the same.</summary>
internal static class TargetForecastText
{
    extension(IStringLocalizer<CommandsText> text)
    {
        /// <summary>What becomes of PCs that do not simply carry the commands out; nothing where all do.</summary>
        public IReadOnlyList<string> Sentences(IStringLocalizer<JobsText> jobs, TargetForecast forecast)
        {
            List<string> sentences = [];
            void Say(string key, int count)
            {
                if (count > 0)
                    sentences.Add(text[key, jobs.Pcs(count)]);
            }

            Say("Note.Woken", forecast.Woken);
            Say("Note.ThroughSystem", forecast.ThroughSystem);
            Say("Note.OffLeft", forecast.SkippedOff);
            Say("Note.OsLeft", forecast.SkippedInSystem);
            foreach (var job in forecast.Awaiting)
                sentences.Add(text[forecast.IsDirect ? "Note.AwaitsAlso" : "Note.AwaitsReplaced", jobs.Pcs(job.Pcs), job.Number]);
            return sentences;
        }
    }
}
