namespace LinboPortal.Shell;

/// <summary>One clock a circuit: lets times that say "40 s ago" grow old without a timer each.</summary>
internal sealed class Ticker : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);
    private readonly ITimer timer;

    public Ticker(TimeProvider time) => timer = time.CreateTimer(_ => Ticked?.Invoke(), null, Period, Period);

    /// <summary>Raised off the circuit; listeners go back by <c>InvokeAsync</c>.</summary>
    public event Action? Ticked;

    /// <inheritdoc/>
    public void Dispose() => timer.Dispose();
}
