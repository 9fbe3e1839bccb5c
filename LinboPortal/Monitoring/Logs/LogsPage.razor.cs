using Microsoft.AspNetCore.Components;

namespace LinboPortal.Monitoring.Logs;

/// <summary>The portal's log: filtered, page by page to its beginning, and live at its end.</summary>
public sealed partial class LogsPage
{
    private const int PageSize = 200;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource leaving = new();
    private LogPage? page;
    private LogFilter filter = new();
    private IReadOnlyList<LogLine> lines = [];
    private LogLevel typedLevel;
    private string? typedHost;
    private string? typedJob;
    private string? typedText;
    private bool isPaused;
    private Task? following;

    [SupplyParameterFromQuery(Name = "level")]
    public string? Level { get; set; }

    [SupplyParameterFromQuery(Name = "host")]
    public string? Host { get; set; }

    [SupplyParameterFromQuery(Name = "job")]
    public string? Job { get; set; }

    [SupplyParameterFromQuery(Name = "text")]
    public string? Words { get; set; }

    [SupplyParameterFromQuery(Name = "before")]
    public string? Before { get; set; }

    [Inject]
    internal LogSearch Search { get; set; } = null!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = null!;

    [Inject]
    internal TimeProvider Time { get; set; } = null!;

    private LogPosition? From => LogPosition.Parse(Before);

    private bool IsLive => From is null && !isPaused;

    private bool IsFiltered => filter != new LogFilter() || From is not null;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await leaving.CancelAsync();
        if (following is not null)
            await following;
        leaving.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        (typedLevel, typedHost, typedJob, typedText) = (Enum.TryParse<LogLevel>(Level, ignoreCase: true, out var level) ? level : LogLevel.Trace, Host, Job, Words);
        filter = await Search.PrepareAsync(
            new LogFilter(typedLevel) { Host = Host?.Trim() ?? "", Job = Job?.Trim().TrimStart('#') ?? "", Text = Words?.Trim() ?? "" }, leaving.Token);
        page = await Search.ReadAsync(filter, PageSize, From, null, leaving.Token);
        lines = page.Lines;
        following ??= FollowAsync();
    }

    private async Task FollowAsync()
    {
        using var timer = new PeriodicTimer(Look, Time);
        try
        {
            while (await timer.WaitForNextTickAsync(leaving.Token))
                await InvokeAsync(TakeNewAsync);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The person left.
        }
    }

    private async Task TakeNewAsync()
    {
        if (!IsLive || page is not { } shown)
            return;
        var news = await Search.ReadAsync(filter, PageSize, null, shown.End, leaving.Token);
        if (page != shown || news.End is null || news.End == shown.End)
            return; // another filter meanwhile, or nothing new
        page = shown with { End = news.End };
        if (news.Lines.Count == 0)
            return;
        lines = [.. news.Lines.Concat(lines).Take(PageSize)];
        StateHasChanged();
    }

    private void Find() => Navigation.NavigateTo(Address(null, typedLevel is LogLevel.Trace ? null : typedLevel.ToString(), typedHost, typedJob, typedText));

    private string Address(LogPosition? before) => Address(before, Level, Host, Job, Words);

    private string Address(LogPosition? before, string? level, string? host, string? job, string? text) => Navigation.GetUriWithQueryParameters(
        "/system/logs", new Dictionary<string, object?>
        {
            ["level"] = OrNull(level),
            ["host"] = OrNull(host),
            ["job"] = OrNull(job),
            ["text"] = OrNull(text),
            ["before"] = before?.ToString(),
        });

    private static string? OrNull(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
