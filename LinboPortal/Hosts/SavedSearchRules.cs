using LinboPortal.Core.Hosts;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Hosts;

/// <summary>What is wrong with a search that was to be saved.</summary>
internal enum SavedSearchProblem
{
    /// <summary>It has no name.</summary>
    NoName,

    /// <summary>The name is too long, or has characters that nobody sees.</summary>
    BadName,

    /// <summary>The person has one of this name already, own or shared.</summary>
    NameTaken,

    /// <summary>The person has as many as there may be.</summary>
    TooMany,

    /// <summary>It asks for nothing, or for something that the list of PCs does not know.</summary>
    BadQuery,
}

/// <summary>One thing that is wrong, in which field, with the value that the sentence names.</summary>
internal sealed record SavedSearchIssue(string Field, SavedSearchProblem Problem, string Value);

/// <summary>The rules for saved searches.</summary>
internal static class SavedSearchRules
{
    /// <summary>A query as the list of PCs has it behind the question mark, or words; null where it is none.</summary>
    public static HostSelector.Search? Read(string query) =>
        HostSelector.TryParse($"search:{query.Trim().TrimStart('?')}", out var selector) ? selector as HostSelector.Search : null;

    /// <summary>All that is wrong.</summary>
    public static List<SavedSearchIssue> Check(string name, string query, out HostSelector.Search? search)
    {
        List<SavedSearchIssue> issues = [];
        if (name.Length == 0)
            issues.Add(new SavedSearchIssue("name", SavedSearchProblem.NoName, ""));
        else if (name.Length > SavedSearch.LongestName || name.Any(char.IsControl))
            issues.Add(new SavedSearchIssue("name", SavedSearchProblem.BadName, $"{SavedSearch.LongestName}"));
        search = Read(query);
        // A word that the list leaves out would mean more PCs than the search says.
        if (search is null || search.ToQuery() is { Length: > SavedSearch.LongestQuery } || HostQueryWords.IsTooLong(search.Words))
            issues.Add(new SavedSearchIssue("query", SavedSearchProblem.BadQuery, query.Length > 60 ? query[..60] + "…" : query));
        return issues;
    }

    /// <summary>The issue as a sentence.</summary>
    public static string Sentence(this IStringLocalizer<HostsText> text, SavedSearchIssue issue) => text[$"Saved.{issue.Problem}", issue.Value];
}
