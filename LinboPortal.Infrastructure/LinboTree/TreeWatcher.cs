using Microsoft.Extensions.Logging;

namespace LinboPortal.Infrastructure.LinboTree;

/// <summary>Tells soon when somebody changes one of the portal's files by hand. Where the kernel has no watches left, the interval finds it.</summary>
public sealed partial class TreeWatcher(LinboTree tree, ILogger<TreeWatcher> log) : IDisposable
{
    private static readonly (string Folder, string[] Names)[] Watched =
    [
        ("", ["start.conf*", "linbo64*", "linbofs64*"]), (TreePlan.GrubFolder, ["*.cfg"]), (TreePlan.HostFolder, ["*.cfg"]),
    ];

    private readonly List<FileSystemWatcher> watchers = [];
    private bool isWatching;

    /// <summary>Starts watching; further calls change nothing.</summary>
    /// <param name="changed">Called on a thread of the pool, for our own writes too.</param>
    public void Watch(Action changed)
    {
        if (isWatching)
            return;
        isWatching = true;
        try
        {
            foreach (var (folder, names) in Watched)
                watchers.Add(Make(tree.PathOf(folder), names, changed));
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            LogBlind(e.Message, (int)TreeProjectionService.Interval.TotalSeconds);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var watcher in watchers)
            watcher.Dispose();
    }

    private static FileSystemWatcher Make(string folder, string[] names, Action changed)
    {
        var watcher = new FileSystemWatcher(folder)
        {
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size | NotifyFilters.DirectoryName,
        };
        foreach (var name in names)
            watcher.Filters.Add(name);
        watcher.Changed += (_, _) => changed();
        watcher.Created += (_, _) => changed();
        watcher.Deleted += (_, _) => changed();
        watcher.Renamed += (_, _) => changed();
        // More at once than the kernel keeps: something changed, whatever it was.
        watcher.Error += (_, _) => changed();
        watcher.EnableRaisingEvents = true;
        return watcher;
    }

    [LoggerMessage(LogLevel.Warning, "Changes made by hand in the LINBO tree are seen only every {Seconds} s: {Reason}")]
    private partial void LogBlind(string reason, int seconds);
}
