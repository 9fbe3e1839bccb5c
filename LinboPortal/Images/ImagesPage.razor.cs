using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Shell;
using Microsoft.AspNetCore.Components;

namespace LinboPortal.Images;

/// <summary>All images.</summary>
public sealed partial class ImagesPage : LivePage
{
    private const int PageSize = 50;

    private ImageLines? page;
    private SpaceView? outlook;

    /// <summary>Part of the names.</summary>
    [SupplyParameterFromQuery(Name = "search")]
    public string? Search { get; set; }

    /// <summary><c>problems</c> or nothing.</summary>
    [SupplyParameterFromQuery(Name = "show")]
    public string? Show { get; set; }

    /// <summary>The order; a minus before it turns it round.</summary>
    [SupplyParameterFromQuery(Name = "sort")]
    public string? Sort { get; set; }

    /// <summary>From 1.</summary>
    [SupplyParameterFromQuery(Name = "page")]
    public string? Number { get; set; }

    [CascadingParameter]
    internal Person Person { get; set; } = null!;

    /// <inheritdoc/>
    protected override TimeSpan Pause => TimeSpan.FromSeconds(1);

    private bool OnlyProblems => Show == "problems";

    private int PageNumber => AddressValue.Page(Number);

    private bool Descending => Sort is ['-', ..];

    private ImageSort Order => Enum.TryParse<ImageSort>(Sort?.TrimStart('-'), ignoreCase: true, out var sort) ? sort : ImageSort.Name;

    private IReadOnlyList<FilterChip> Chips =>
        [new(null, Text["All"], null), new("problems", Text["WithProblems"], page?.Problems ?? 0)];

    /// <inheritdoc/>
    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        page = await List.ReadAsync(
            Person, new ImageQuery(Search, OnlyProblems, Order, Descending, (PageNumber - 1) * PageSize, PageSize), cancellationToken);
        outlook = await Rooms.OutlookAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override bool Concerns(PortalEvent portalEvent) => portalEvent is PortalEvent.ImageCreated or PortalEvent.ImageUpdated
        or PortalEvent.ImageDeleted or PortalEvent.ImageDamaged or PortalEvent.ImageUploaded or PortalEvent.GroupUpdated;

    private string SortOf(ImageSort sort) => sort != Order ? "none" : Descending ? "descending" : "ascending";

    private string SortLink(ImageSort sort) => Address(sort: sort == Order && !Descending ? $"-{sort}" : sort.ToString());

    private string Address(string? search = null, string? show = null, string? sort = null, int number = 1)
    {
        (string Name, string? Value)[] parts =
        [
            ("search", search ?? Search), ("show", show ?? Show), ("sort", sort ?? Sort), ("page", number > 1 ? $"{number}" : null),
        ];
        var query = string.Join('&', parts.Where(p => !string.IsNullOrWhiteSpace(p.Value)).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}"));
        return query.Length == 0 ? "/images" : "/images?" + query;
    }
}
