using LinboPortal.Core.Jobs;
using LinboPortal.Shell;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Jobs;

/// <summary>What is wrong with a request and what it takes, as sentences.</summary>
internal static class JobSentences
{
    extension(IStringLocalizer<CommandsText> text)
    {
        /// <summary>One thing that is wrong.</summary>
        public string Sentence(JobIssue issue) => issue switch
        {
            { Command: { } error } => text[$"Error.{error.Code}", error.Text],
            _ => text[$"Problem.{issue.Problem}", issue.Value, issue.Other],
        };

        /// <summary>One thing that is lost.</summary>
        public string Sentence(JobLoss loss) => text[$"Loss.{loss.Thing}", loss.Subjects.Count > 0 ? string.Join(", ", loss.Subjects.Where(s => s.Length > 0)) : text[loss.Thing switch
        {
            LostThing.Partitions => "Loss.AllPartitions",
            LostThing.Systems => "Loss.TheSystem",
            _ => "Loss.TheImage",
        }]];

        /// <summary>What a refusal means; null for what is none.</summary>
        public IReadOnlyList<string>? Refusal(JobOutcome? outcome) => outcome switch
        {
            null => [text["Gone"]],
            JobOutcome.Refused(var issues) => [.. issues.Select(i => text.Sentence(i)).Distinct()],
            JobOutcome.Forbidden => [text["Forbidden"]],
            _ => null,
        };

        /// <summary>The question before data is lost: what, by name, and on which PCs.</summary>
        public ConfirmQuestion Question(string title, JobOutcome.NeedsConfirmation asked) => new(text["Loss.Title", title], title)
        {
            Consequence = string.Join(" ", asked.Losses.Select(l => text.Sentence(l)).Distinct()),
            Names = asked.Hosts,
            TypedWord = text["Loss.Word"],
            Dangerous = true,
        };

        /// <summary>What a job does, as short as a list needs it; systems are not named, for they differ from PC to PC.</summary>
        public string Short(IStringLocalizer<JobsText> jobs, string commands, bool wakes)
        {
            IReadOnlyList<Core.Remote.LinboCommand> all = Core.Remote.CommandLine.TryParse(commands, out var line, out _) ? line.Commands : [];
            if (all.Count == 0 || CommandChoice.Find(all) is not var (choice, system, partition, _) || partition is not null)
                return jobs.Title(all, wakes: wakes);
            return system is > 1 ? $"{text[$"Choice.{choice.Key}"]} ({text["SystemN", system]})" : text[$"Choice.{choice.Key}"];
        }

        /// <summary>"Synchronise and start 28 PCs", for buttons.</summary>
        public string Act(CommandChoice? choice, string pcs) =>
            choice is not null && text[$"Act.{choice.Key}", pcs] is { ResourceNotFound: false } act ? act : choice is null ? text["Act.other", pcs] : $"{text[$"Choice.{choice.Key}"]}: {pcs}";
    }

    extension(IStringLocalizer<JobsText> text)
    {
        /// <summary>The question before one PC's part in a job ends.</summary>
        public ConfirmQuestion CancelOneQuestion(string host) =>
            new(text["CancelOneQuestion", host], text["CancelOne"]) { Consequence = text["CancelOneWhat"], Dismiss = text["KeepRunning"], Dangerous = true };

        /// <summary>The question before commands that wait for a PC's boot are taken back.</summary>
        public ConfirmQuestion TakeBackQuestion(string host) =>
            new(text["AwaitsBoot.Question", host], text["AwaitsBoot.TakeBack"]) { Consequence = text["AwaitsBoot.What"], Dismiss = text["AwaitsBoot.Keep"] };

        /// <summary>Where a job stands; one that had nothing to do on any PC says so.</summary>
        public string StateOf(JobState state, JobCounts counts) => state switch
        {
            JobState.Done when counts is { Total: > 0, Done: 0 } && counts.Skipped == counts.Total => text["JobState.AllSkipped"],
            JobState.Running when counts is { AwaitingBoot: > 0, Active: 0, Waiting: 0 } => text["JobState.AwaitingBoot"],
            _ => text[$"JobState.{state}"],
        };
    }
}
