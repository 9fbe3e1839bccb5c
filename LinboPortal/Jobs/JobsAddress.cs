using System.Globalization;
using LinboPortal.Core.Jobs;

namespace LinboPortal.Jobs;

/// <summary>The list of jobs as an address, so that a filter is a link. What is usual is left out of it.</summary>
internal static class JobsAddress
{
    public const int PageSize = 50;

    /// <summary>The words of the state filter and what they mean.</summary>
    public static IReadOnlyDictionary<string, (JobTab Tab, JobState? State)> States { get; } = new Dictionary<string, (JobTab, JobState?)>
    {
        ["running"] = (JobTab.Running, null),
        ["planned"] = (JobTab.Planned, null),
        ["failed"] = (JobTab.All, JobState.Failed),
        ["done"] = (JobTab.All, JobState.Done),
        ["awaitingboot"] = (JobTab.All, JobState.AwaitingBoot),
        ["cancelled"] = (JobTab.All, JobState.Cancelled),
    };

    public static string Of(JobListQuery query)
    {
        List<string> parts = [];
        Add("search", query.Search);
        Add("state", StateOf(query));
        Add("room", query.RoomId?.ToString());
        Add("by", query.CreatedBy);
        Add("page", query.Page > 1 ? query.Page.ToString(CultureInfo.InvariantCulture) : null);
        return parts.Count == 0 ? "/jobs" : "/jobs?" + string.Join('&', parts);

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                parts.Add($"{name}={Uri.EscapeDataString(value)}");
        }
    }

    /// <summary>The word of the query's state filter; null for none.</summary>
    public static string? StateOf(JobListQuery query) => States.FirstOrDefault(s => s.Value == (query.Tab, query.State)).Key;

    /// <summary>The query with another state filter.</summary>
    public static JobListQuery With(JobListQuery query, string? state)
    {
        var (tab, only) = state is not null && States.TryGetValue(state, out var known) ? known : (JobTab.All, null);
        return query with { Tab = tab, State = only, Page = 1 };
    }
}
