using System.Globalization;
using LinboPortal.Core.Hosts;

namespace LinboPortal.Hosts;

/// <summary>The list of hosts as an address, so that a filter is a link. What is usual is left out of it.</summary>
internal static class HostsAddress
{
    public const int PageSize = 50;

    public static string Of(HostQuery query)
    {
        List<string> parts = [];
        Add("search", query.Search.Length > 0 ? query.Search : null);
        Add("state", query.State?.ToString().ToLowerInvariant());
        Add("room", query.Room);
        Add("group", query.Group);
        Add("school", query.School);
        Add("sort", query.Sort == HostSort.Name ? null : query.Sort.ToString().ToLowerInvariant());
        Add("desc", query.Descending ? "true" : null);
        Add("page", query.Page > 1 ? query.Page.ToString(CultureInfo.InvariantCulture) : null);
        return parts.Count == 0 ? "/hosts" : "/hosts?" + string.Join('&', parts);

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                parts.Add($"{name}={Uri.EscapeDataString(value)}");
        }
    }

    /// <summary>The same list in that order; a second click turns it round.</summary>
    public static string SortedBy(HostQuery query, HostSort sort) =>
        Of(query with { Sort = sort, Descending = query.Sort == sort && !query.Descending, Page = 1 });

    public static HostState? StateOf(string? text) => Enum.TryParse<HostState>(text, ignoreCase: true, out var state) && Enum.IsDefined(state) ? state : null;

    public static HostSort SortOf(string? text) => Enum.TryParse<HostSort>(text, ignoreCase: true, out var sort) && Enum.IsDefined(sort) ? sort : HostSort.Name;
}
