using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.LinboTree;

namespace LinboPortal.Infrastructure.Images.Tasks;

/// <summary>Work that goes on: its row, its directory, and what is told of it.</summary>
/// <param name="task">The row.</param>
/// <param name="directory">For the work alone, on the file system of the images.</param>
/// <param name="tasks">Where it is told.</param>
/// <param name="time">The clock.</param>
internal sealed class TaskRun(ImageTask task, string directory, ImageTasks tasks, TimeProvider time)
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(500);

    private readonly TaskSpeed speed = new(time);
    private long toldAt;

    public ImageTask Task => task;

    public string Directory => directory;

    public DateTimeOffset Now => time.GetUtcNow();

    public TimeZoneInfo Zone => time.LocalTimeZone;

    /// <summary>Bytes that it is thought to need on the disk; 0 where nobody knows.</summary>
    public long Needed { get; set; }

    /// <summary>True once files of the image are being moved: from then on the work is gone through with, whatever comes, also by the next portal.</summary>
    public bool IsBegun => File.Exists(Mark);

    private string Mark => Path.Combine(directory, "moving");

    /// <summary>Says, for after a crash too, that files of the image are being moved.</summary>
    public void SetBegun() => AtomicFile.Write(Mark, "");

    /// <summary>So many bytes there are in all.</summary>
    public void Begin(long size)
    {
        task.Size = size;
        Report(0);
    }

    /// <summary>So many are done.</summary>
    public void Report(long bytes)
    {
        task.Bytes = Math.Min(bytes, task.Size);
        speed.Report(task.Bytes);
        if (toldAt != 0 && time.GetElapsedTime(toldAt) < Between)
            return;
        toldAt = time.GetTimestamp();
        tasks.Tell(task, speed);
    }
}

/// <summary>Does one kind of work.</summary>
internal interface IImageWork
{
    ImageTaskKind Kind { get; }

    /// <summary>Works from the beginning, or from where an earlier run ended. Nothing of the image changes before all is checked.</summary>
    /// <returns>Good, or why nothing was changed.</returns>
    Task<ImageVerdict> RunAsync(TaskRun run, CancellationToken ct);
}
