using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Shell;
using Microsoft.AspNetCore.Components;

namespace LinboPortal.Groups;

public sealed partial class GroupsPage
{
    private const int Size = 50;
    private GroupLines? page;
    private GroupFilter filter;
    private GroupSort sort;
    private IReadOnlyList<FilterChip> chips = [];

    [CascadingParameter]
    public required Person Person { get; set; }

    [SupplyParameterFromQuery]
    public string? Search { get; set; }

    [SupplyParameterFromQuery]
    public string? Filter { get; set; }

    [SupplyParameterFromQuery]
    public string? Sort { get; set; }

    [SupplyParameterFromQuery(Name = "descending")]
    public string? DescendingText { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    public string? PageNumber { get; set; }

    private bool Descending => AddressValue.Flag(DescendingText);

    private int Number => AddressValue.Page(PageNumber);

    /// <summary>A query over all groups with their texts: not at every host that changes.</summary>
    protected override TimeSpan Pause => TimeSpan.FromSeconds(1);

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        filter = Enum.TryParse<GroupFilter>(Filter, ignoreCase: true, out var wanted) && Enum.IsDefined(wanted) ? wanted : GroupFilter.All;
        sort = Enum.TryParse<GroupSort>(Sort, ignoreCase: true, out var order) && Enum.IsDefined(order) ? order : GroupSort.Name;
        chips =
        [
            new(null, Text["Filter.All"]), new(nameof(GroupFilter.WithoutText), Text["Filter.WithoutText"]),
            new(nameof(GroupFilter.WithoutHosts), Text["Filter.WithoutHosts"]),
        ];
        page = await Reads.ListAsync(Person, new GroupListQuery(Search, filter, sort, Descending, (Number - 1) * Size, Size), cancellationToken);
    }

    protected override bool Concerns(PortalEvent portalEvent) => portalEvent is PortalEvent.GroupUpdated or PortalEvent.HostsImported
        or PortalEvent.HostCreated or PortalEvent.HostUpdated or PortalEvent.HostDeleted;

    private string Address(string? filter = "", string? search = null, GroupSort? sort = null, bool? descending = null, int? number = null) =>
        Navigation.GetUriWithQueryParameters(Navigation.Uri, new Dictionary<string, object?>
        {
            ["filter"] = filter == "" ? Filter : filter,
            ["search"] = (search ?? Search) is { Length: > 0 } text ? text : null,
            ["sort"] = sort is { } order ? order == GroupSort.Name ? null : order.ToString() : Sort,
            ["descending"] = (descending ?? Descending) ? true : null,
            ["page"] = number is > 1 ? number : null,
        });

    private string SortLink(GroupSort by) => Address(sort: by, descending: sort == by ? !Descending : by != GroupSort.Name);

    private string? SortOf(GroupSort by) => sort == by ? Descending ? "descending" : "ascending" : null;
}
