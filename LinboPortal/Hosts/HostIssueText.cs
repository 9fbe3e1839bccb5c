using LinboPortal.Core.Hosts;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Hosts;

/// <summary>Marks the texts for <see cref="HostIssue"/>.</summary>
internal sealed class HostIssueText;

/// <summary>Says in the reader's language what is wrong with a host, why, and what to do.</summary>
internal static class HostIssueSentences
{
    extension(IStringLocalizer<HostIssueText> text)
    {
        public string Field(HostField field) => text[$"Field.{field}"];

        public string Sentence(HostIssue issue)
        {
            string[] arguments = [text.Field(issue.Field), issue.Value, issue.Other];
            return text[KeyOf(issue), arguments];
        }
    }

    private static string KeyOf(HostIssue issue) => (issue.Problem, issue.Field) switch
    {
        (HostProblem.Missing, HostField.Address) => "Missing.Address",
        (HostProblem.BadCharacter, HostField.Group) => "BadCharacter.Group",
        (HostProblem.BadCharacter, not (HostField.Name or HostField.Room or HostField.Row)) => "BadCharacter.Free",
        (HostProblem.TooLong, HostField.Name) => "TooLong.Name",
        (HostProblem.NotAnAddress, HostField.Network) => "NotAnAddress.Network",
        (HostProblem.NotAnAddress, not HostField.Address) => "NotAnAddress.Other",
        (HostProblem.DuplicateInFile, HostField.Network) => "DuplicateInFile.Network",
        (HostProblem.DuplicateInFile, _) when !issue.Other.All(char.IsAsciiDigit) => "DuplicateInFile.Files",
        (HostProblem.Unknown, _) when issue.Value.Length == 0 => "Unknown.Empty",
        var (problem, _) => problem.ToString(),
    };
}
