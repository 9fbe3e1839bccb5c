using LinboPortal.Core.Remote;
using Microsoft.Extensions.Options;

namespace LinboPortal.Jobs.Running;

/// <summary>What every step of a run works with.</summary>
internal sealed class RunKit(RunTools tools, RunWriter writer, RunLimits limits, TransferWatch transfers, IOptions<JobsOptions> options, TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    public RunTools Tools => tools;

    public RunWriter Writer => writer;

    public RunLimits Limits => limits;

    public TransferWatch Transfers => transfers;

    public JobsOptions Options => options.Value;

    public TimeProvider Time => time;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Patience for what is nice to have: hiding buttons, ending a task that nobody wants any more.</summary>
    public static TimeSpan Courtesy => TimeSpan.FromSeconds(10);

    /// <summary>How long a command may take.</summary>
    public TimeSpan LimitOf(LinboCommand command) => Options.LimitOf(command);

    /// <summary>Waits longer each time.</summary>
    public Task PauseAsync(int tries, CancellationToken ct)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(tries, 10));
        return Task.Delay(pause < Options.BackOff ? pause : Options.BackOff, time, ct);
    }
}
