using System.Globalization;
using LinboPortal.Core.Accounts;
using LinboPortal.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.WebUtilities;

namespace LinboPortal.Accounts.Audit;

/// <summary>Who changed what: a sentence an entry, filtered by words, person, time and object.</summary>
public partial class AuditLogPage
{
    private const int PageSize = 100;
    private const string DayForm = "yyyy-MM-dd";

    private AuditFilter filter = new();
    private IReadOnlyList<AuditEntry>? rows;
    private IReadOnlyList<string> persons = [];
    private int total;
    private string? typed;
    private string? person;
    private string? subject;
    private DateOnly? from;
    private DateOnly? to;
    private string? problem;

    /// <summary>Words.</summary>
    [SupplyParameterFromQuery(Name = "q")]
    public string? Words { get; set; }

    /// <summary>User name.</summary>
    [SupplyParameterFromQuery(Name = "person")]
    public string? Who { get; set; }

    /// <summary>First day.</summary>
    [SupplyParameterFromQuery(Name = "from")]
    public string? FirstDay { get; set; }

    /// <summary>Last day.</summary>
    [SupplyParameterFromQuery(Name = "to")]
    public string? LastDay { get; set; }

    /// <summary>Part of the object's name.</summary>
    [SupplyParameterFromQuery(Name = "subject")]
    public string? Whom { get; set; }

    /// <summary>From 1.</summary>
    [SupplyParameterFromQuery(Name = "page")]
    public string? PageNumber { get; set; }

    /// <summary>The browser's.</summary>
    [CascadingParameter]
    public TimeZoneInfo? Zone { get; set; }

    [CascadingParameter]
    internal Task<AuthenticationState> SignedIn { get; set; } = null!;

    [Inject]
    internal AuditQueries Audit { get; set; } = null!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = null!;

    private int Number => AddressValue.Page(PageNumber);

    private int First => (Number - 1) * PageSize;

    private string CsvAddress => QueryHelpers.AddQueryString("/api/v1/audit.csv", new Dictionary<string, string?>
    {
        ["q"] = filter.Search,
        ["person"] = filter.Person,
        ["subject"] = filter.Subject,
        ["from"] = filter.From?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        ["to"] = filter.To?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
    }.Where(p => p.Value is not null));

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        problem = null;
        (typed, person, subject, from, to) = (Words, Who ?? "", Whom, DayOf(FirstDay), DayOf(LastDay));
        if (from > to)
            problem = Text["PeriodReversed"];
        filter = new AuditFilter
        {
            Search = Wanted(Words),
            Person = Wanted(Who),
            Subject = Wanted(Whom),
            From = from is { } first ? StartOf(first) : null,
            To = to is { } last && last < DateOnly.MaxValue ? StartOf(last.AddDays(1)) : null,
        };
        var reader = (await SignedIn).User.ToPerson();
        var names = await Audit.PersonsAsync(reader, CancellationToken.None);
        persons = person.Length == 0 || names.Contains(person) ? names : [person, .. names];
        (rows, total) = await Audit.ReadAsync(reader, filter, First, PageSize, CancellationToken.None);
    }

    private static string? Wanted(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();

    private DateOnly? DayOf(string? value)
    {
        if (string.IsNullOrWhiteSpace(value))
            return null;
        if (DateOnly.TryParseExact(value, DayForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year > 1)
            return day;
        problem = Text["BadDay", value];
        return null;
    }

    private DateTimeOffset StartOf(DateOnly day)
    {
        var start = day.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(start, (Zone ?? TimeZoneInfo.Utc).GetUtcOffset(start));
    }

    private void Find() => Navigation.NavigateTo(Address(1, typed, person, from, to, subject));

    private string Address(int page) => Address(page, Words, Who, DayOf(FirstDay), DayOf(LastDay), Whom);

    private static string Address(int page, string? words, string? who, DateOnly? first, DateOnly? last, string? whom) =>
        QueryHelpers.AddQueryString("/audit", new Dictionary<string, string?>
        {
            ["q"] = Wanted(words),
            ["person"] = Wanted(who),
            ["from"] = first?.ToString(DayForm, CultureInfo.InvariantCulture),
            ["to"] = last?.ToString(DayForm, CultureInfo.InvariantCulture),
            ["subject"] = Wanted(whom),
            ["page"] = page > 1 ? page.ToString(CultureInfo.InvariantCulture) : null,
        }.Where(p => p.Value is not null));
}
