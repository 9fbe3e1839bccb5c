using LinboPortal.Groups;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Hosts.Import;

/// <summary>Says in the reader's language what is wrong with a file.</summary>
internal sealed class ImportSentences(
    IStringLocalizer<ImportText> text, IStringLocalizer<HostIssueText> hosts, IStringLocalizer<StartConfText> startConf)
{
    public string Of(ImportIssue issue) => issue switch
    {
        ImportIssue.Row(_, _, _, var found) => hosts.Sentence(found),
        ImportIssue.StartConf(_, var problem, _) => $"{startConf.Message(problem)} {startConf.Remedy(problem)}",
        ImportIssue.Whole(_, var problem, _, _) => text[$"File.{problem}"],
        _ => throw new InvalidOperationException($"No sentence for {issue}."),
    };
}
