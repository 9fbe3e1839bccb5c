using LinboPortal.Core.Hosts;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Hosts;

/// <summary>What is said about a field.</summary>
internal sealed record FieldMessage(string Field, string Message);

/// <summary>Issues as the API says them.</summary>
internal static class FieldMessages
{
    extension(IStringLocalizer<HostIssueText> text)
    {
        public FieldMessage Message(HostIssue issue) => new(HostFields.WireName(issue.Field), text.Sentence(issue));

        /// <summary>Errors by field, as problem details carry them.</summary>
        public Dictionary<string, string[]> Errors(IEnumerable<HostIssue> issues) => issues.Where(i => !i.IsWarning)
            .GroupBy(i => HostFields.WireName(i.Field)).ToDictionary(g => g.Key, g => g.Select(text.Sentence).ToArray());
    }
}
