namespace LinboPortal.Core.Images;

/// <summary>How fast work gets ahead, and how long it will take: an average over the last seconds, so that the numbers do not wobble.</summary>
/// <param name="time">The clock.</param>
public sealed class TaskSpeed(TimeProvider time)
{
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(200);

    private long at = time.GetTimestamp();
    private long last;
    private bool hasStart;
    private double? perSecond;

    /// <summary>Bytes a second; null while nobody can say.</summary>
    public long? PerSecond => perSecond is { } speed and > 0 ? (long)speed : null;

    /// <summary>So many bytes are done.</summary>
    public void Report(long bytes)
    {
        var passed = time.GetElapsedTime(at);
        if (!hasStart || bytes < last)
        {
            (hasStart, last, at) = (true, bytes, time.GetTimestamp());
            return;
        }

        if (passed < Least)
            return;
        var now = (bytes - last) / passed.TotalSeconds;
        var weight = 1 - Math.Exp(-passed / Memory);
        perSecond = perSecond is { } before ? before + weight * (now - before) : now;
        (last, at) = (bytes, time.GetTimestamp());
    }

    /// <summary>Time that the rest takes; null while nobody can say.</summary>
    public TimeSpan? Left(long bytes, long size) => PerSecond is { } speed && size > bytes ? TimeSpan.FromSeconds((double)(size - bytes) / speed) : null;
}
