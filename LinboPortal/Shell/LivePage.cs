using LinboPortal.Core.Events;
using Microsoft.AspNetCore.Components;

namespace LinboPortal.Shell;

/// <summary>
/// A page that follows the portal's events: subscribes first, loads its snapshot then, and draws at most once a <see cref="Pause"/>,
/// however many events arrive.
/// </summary>
public abstract class LivePage : ComponentBase, IAsyncDisposable
{
    private readonly CancellationTokenSource leaving = new();
    private PortalEvents.Subscription? subscription;
    private Task? following;

    [Inject]
    internal PortalEvents Events { get; set; } = null!;

    [Inject]
    internal TimeProvider Time { get; set; } = null!;

    [Inject]
    internal ILoggerFactory Loggers { get; set; } = null!;

    /// <summary>Ends when the person leaves the page.</summary>
    protected CancellationToken Leaving => leaving.Token;

    /// <summary>The least time between two drawings; longer where drawing means a query.</summary>
    protected virtual TimeSpan Pause => TimeSpan.FromMilliseconds(200);

    /// <summary>Reads all that the page shows. Runs at the start, when a parameter changes, and after events unless <see cref="ApplyAsync"/> is overridden.</summary>
    protected abstract Task LoadAsync(CancellationToken cancellationToken);

    /// <summary>True for events that change what the page shows.</summary>
    protected abstract bool Concerns(PortalEvent portalEvent);

    /// <summary>Takes in the events of one pause, on the circuit.</summary>
    protected virtual Task ApplyAsync(IReadOnlyList<PortalEvent> events, CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    /// <inheritdoc/>
    protected override void OnInitialized() => subscription = Events.Subscribe();

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        await LoadAsync(Leaving);
        following ??= FollowAsync(subscription!);
    }

    /// <summary>Runs when the person leaves the page.</summary>
    protected virtual void Leave()
    {
    }

    /// <summary>Reads and draws anew for another reason than an event; on the circuit.</summary>
    protected Task RefreshAsync() => DrawAsync([]);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Leave();
        await leaving.CancelAsync();
        subscription?.Dispose();
        if (following is not null)
            await following;
        leaving.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task FollowAsync(PortalEvents.Subscription events)
    {
        try
        {
            while (await events.Reader.WaitToReadAsync(Leaving))
            {
                var batch = new List<PortalEvent>();
                while (events.Reader.TryRead(out var next))
                    if (Concerns(next))
                        batch.Add(next);
                if (batch.Count == 0)
                    continue;
                await InvokeAsync(() => DrawAsync(batch));
                await Task.Delay(Pause, Time, Leaving);
            }
        }
        catch (OperationCanceledException)
        {
            // The person left.
        }
        catch (ObjectDisposedException)
        {
            // The circuit ended while we waited for its turn.
        }
    }

    private async Task DrawAsync(IReadOnlyList<PortalEvent> batch)
    {
        try
        {
            await ApplyAsync(batch, Leaving);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // One failed refresh (the database restarts) must not end the following: the next event tries again.
            PageLog.RefreshFailed(Loggers.CreateLogger(GetType()), exception);
        }

        // After a failure too: what could be read, such as that the database is away, is worth showing.
        StateHasChanged();
    }
}

/// <summary>What live pages log.</summary>
internal static partial class PageLog
{
    [LoggerMessage(LogLevel.Warning, "A live page could not refresh")]
    public static partial void RefreshFailed(ILogger logger, Exception exception);
}
