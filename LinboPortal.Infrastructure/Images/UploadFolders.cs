using LinboPortal.Infrastructure.Processes;

namespace LinboPortal.Infrastructure.Images;

/// <summary>
/// Where uploads are on their way, on the file system of the images so that nothing is ever copied, and hidden from every reader. A file goes
/// <c>in</c> (rsync's worker writes it) → <c>series</c> (its transfer succeeded; a directory for each upload) → <c>sets</c> (image and .info are
/// there: the same directory, renamed) → the image's directory. The hook takes the first step, the portal the others; each is one rename.
/// </summary>
/// <param name="Path">Absolute path.</param>
internal sealed record UploadFolders(string Path)
{
    /// <summary>Name of the directory within <c>images</c>.</summary>
    public const string Name = ".upload";

    private const UnixFileMode Closed = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Passable = Closed | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>What rsync takes for the root of its module.</summary>
    public string In => System.IO.Path.Combine(Path, "in");

    /// <summary>What has come whole of each upload, in a directory <c>image's file,number,client</c> from its first byte on.</summary>
    public string Series => System.IO.Path.Combine(Path, "series");

    /// <summary>Whole sets, each in a directory <c>image,number,client</c>.</summary>
    public string Sets => System.IO.Path.Combine(Path, "sets");

    /// <summary>What came after image and .info, in a directory <c>image,number,client</c>; number 0 for a description that was sent by itself.</summary>
    public string Late => System.IO.Path.Combine(Path, "late");

    /// <summary>Which upload each image's file is of, until another one takes its place.</summary>
    public string Origins => System.IO.Path.Combine(Path, "origins");

    /// <summary>Who uploads which image.</summary>
    public string Locks => System.IO.Path.Combine(Path, "locks");

    /// <summary>What is being done to an image's files: finished at the next start where it was interrupted.</summary>
    public string Journals => System.IO.Path.Combine(Path, "journals");

    /// <summary>Locks of the portals, one file for each image.</summary>
    public string Turns => System.IO.Path.Combine(Path, "turns");

    /// <summary>What work on images has in hand, in a directory for each task.</summary>
    public string Tasks => System.IO.Path.Combine(Path, "tasks");

    /// <summary>What is being deleted: first renamed to here, so that it is gone at once.</summary>
    public string Trash => System.IO.Path.Combine(Path, "trash");

    /// <summary>What was registered at PCs, each a file <c>order,client</c>.</summary>
    public string New => System.IO.Path.Combine(Path, "new");

    /// <summary>The directory of a task.</summary>
    public string TaskOf(Guid task) => System.IO.Path.Combine(Tasks, task.ToString("N"));

    public static UploadFolders Of(LinboTree.LinboTree tree) => new(tree.PathOf("images/" + Name));

    /// <summary>Makes what is missing.</summary>
    public void Ensure()
    {
        Make(Path, Passable);
        Make(In, Closed);
        Make(System.IO.Path.Combine(In, "images"), Closed);
        foreach (var directory in new[] { Series, Sets, Late, Origins, Locks, Journals, Turns, Tasks, Trash, New })
            Make(directory, Closed);
        if (!SystemUser.IsRoot || SystemUser.Find("nobody") is not { } nobody)
            return;
        // rsync's workers write here and nowhere else in the tree.
        nobody.Own(In);
        nobody.Own(System.IO.Path.Combine(In, "images"));
    }

    /// <summary>Keeps hooks from moving files, until it is disposed; null while one does.</summary>
    public IDisposable? TryHoldHooks() => FileLock.TryTake(System.IO.Path.Combine(Locks, ".gate"));

    /// <summary>Deletes a directory: it is away at once, and its room is free a little later.</summary>
    public void Discard(string directory)
    {
        var away = System.IO.Path.Combine(Trash, Guid.CreateVersion7().ToString("N"));
        Directory.Move(directory, away);
        Directory.Delete(away, recursive: true);
    }

    /// <summary>Deletes what an earlier portal began to delete.</summary>
    public void EmptyTrash()
    {
        foreach (var left in Directory.GetDirectories(Trash))
            Directory.Delete(left, recursive: true);
    }

    /// <summary>Deletes what a former version of the portal received and cannot be said to belong to an upload.</summary>
    public void DiscardFormer()
    {
        if (System.IO.Path.Combine(Path, "arrived") is var former && Directory.Exists(former))
            Discard(former);
    }

    private static void Make(string directory, UnixFileMode mode)
    {
        Directory.CreateDirectory(directory);
        File.SetUnixFileMode(directory, mode);
    }
}
