using LinboPortal.Core.Events;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Images;

/// <summary>How something that was to be done with an image's files ended.</summary>
public enum StoreOutcome
{
    /// <summary>Done.</summary>
    Done,

    /// <summary>There is no such image, version or file.</summary>
    Gone,

    /// <summary>An upload is being taken in.</summary>
    Busy,

    /// <summary>The version is not whole, or does not fit the image that is there.</summary>
    NotGood,

    /// <summary>The disk is full; nothing was changed.</summary>
    NoSpace,

    /// <summary>What is there is no text, or longer than is read: nobody edits it here.</summary>
    NotText,

    /// <summary>The file's encoding has no such characters.</summary>
    NotInEncoding,
}

/// <summary>What people may do with the files of images. Rows, audit and events follow the files in one transaction.</summary>
public sealed class ImageStore
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ImageSwap swap;
    private readonly ImageTurns turns;
    private readonly ImageScan scan;
    private readonly ImageVerify verify;
    private readonly ImageScanService service;

    internal ImageStore(ImageSwap swap, ImageTurns turns, ImageScan scan, ImageVerify verify, ImageScanService service)
    {
        (this.swap, this.turns, this.scan, this.verify, this.service) = (swap, turns, scan, verify, service);
    }

    /// <summary>Reads the tree anew, soon.</summary>
    public void Wish() => service.Wish();

    /// <summary>Tells that a row was changed whose files were not.</summary>
    public void TellChanged(Guid id, string image) => scan.Events.Publish(new PortalEvent.ImageUpdated(id, image));

    /// <summary>Puts a version in the place of the current set, which becomes a version itself.</summary>
    public Task<StoreOutcome> RestoreAsync(string image, string folder, Action<PortalDb> audit, CancellationToken ct) => ChangeAsync(image, async name =>
    {
        if (folder.Length == 0 || Reader.ReadSet(name, folder) is not { } set)
            return StoreOutcome.Gone;
        var isWhole = set.Files.Any(f => f.Seen.Kind != ImageFileKind.Qdiff);
        var baseInfo = isWhole ? null : Reader.ReadSet(name, ImageVersion.Current)?.Files.FirstOrDefault(f => f.Seen.Kind == ImageFileKind.Qcow2)?.Seen.Info;
        if (set.Files.Any(f => (isWhole ? f.Verdict : ImageVerdict.Of(f.Seen, baseInfo)).State != ImageState.Good))
            return StoreOutcome.NotGood;
        // Where nobody else reads the tree: a scan between the two would take the versions for others, and lose their notes.
        await scan.RunAsync(name, db => MoveRowsAsync(db, name, isWhole ? folder : null, swap.Restore(name, folder), audit, ct), null, ct);
        return StoreOutcome.Done;
    }, ct);

    /// <summary>Deletes former versions.</summary>
    public Task<StoreOutcome> DeleteVersionsAsync(string image, IReadOnlyCollection<string> folders, Action<PortalDb> audit, CancellationToken ct) =>
        ChangeAsync(image, async name =>
        {
            var here = folders.Where(f => f.Length > 0 && Reader.ReadSet(name, f) is not null).ToList();
            if (here.Count == 0)
                return StoreOutcome.Gone;
            foreach (var folder in here)
                swap.Uploads.Discard(swap.Images.Of(name, folder));
            await scan.RunAsync(name, Audited(audit), null, ct);
            return StoreOutcome.Done;
        }, ct);

    /// <summary>Deletes an image with all its versions.</summary>
    public Task<StoreOutcome> DeleteAsync(string image, Action<PortalDb> audit, CancellationToken ct) => ChangeAsync(image, async name =>
    {
        if (!Directory.Exists(swap.Images.Of(name)))
            return StoreOutcome.Gone;
        swap.Uploads.Discard(swap.Images.Of(name));
        await scan.RunAsync(name, Audited(audit), null, ct);
        return StoreOutcome.Done;
    }, ct);

    /// <summary>Writes a sidecar that people edit; null removes it.</summary>
    public Task<StoreOutcome> WriteSidecarAsync(ImagePart part, string? text, Action<PortalDb> audit, CancellationToken ct) =>
        ChangeAsync(part.Image.Value, async name =>
        {
            var path = Path.Combine(swap.Images.Of(name), part.ToString());
            if (!IsEditable(part) || !Directory.Exists(swap.Images.Of(name)))
                return StoreOutcome.Gone;
            var before = ReadWhole(path);
            if (before is { Text: null })
                return StoreOutcome.NotText;
            var known = before?.Text ?? new SidecarText("", SidecarEncoding.Utf8);
            // Scripts run on PCs, and have the line ends of Unix.
            byte[]? wanted = text is null ? [] : (part.Sidecar == ImageSidecar.Registry ? known.With(text) : known with { Text = text }).ToBytes();
            if (wanted is null)
                return StoreOutcome.NotInEncoding;
            await WriteAsync(name, path, text is null ? null : wanted, before?.Bytes, audit, ct);
            return StoreOutcome.Done;
        }, ct);

    /// <summary>The database first: where it says no, the file stays as it is; where it does not keep what it said, the file is as it was.</summary>
    private async Task WriteAsync(ImageName image, string path, byte[]? wanted, byte[]? before, Action<PortalDb> audit, CancellationToken ct)
    {
        var isWritten = false;
        try
        {
            await scan.RunAsync(
                image,
                async db =>
                {
                    audit(db);
                    await db.SaveChangesAsync(ct);
                    isWritten = true;
                    Put(path, wanted);
                },
                null, ct);
        }
        catch when (isWritten)
        {
            Put(path, before);
            throw;
        }
    }

    private static void Put(string path, byte[]? content)
    {
        if (content is null)
            File.Delete(path);
        else
            AtomicFile.Write(path, content, AtomicFile.Public | UnixFileMode.GroupWrite);
    }

    /// <summary>The bytes of a sidecar with their text, which is null where they are none or too many; null where there is no file.</summary>
    private static (byte[] Bytes, SidecarText? Text)? ReadWhole(string path) =>
        FileFacts.Read(path) is not { IsRegular: true } facts || ImageDirectoryReader.ReadStart(path, ImageDesc.MaxLength) is not { } bytes
            ? null : (bytes, facts.Size > ImageDesc.MaxLength ? null : SidecarText.Read(bytes));

    /// <summary>False where people cannot edit what is there: it is no text, or longer than is read.</summary>
    public bool IsText(ImagePart part) => ReadWhole(Path.Combine(swap.Images.Of(part.Image), part.ToString())) is not { Text: null };

    /// <summary>Deletes a disk file of another format that lies with an image.</summary>
    public Task<StoreOutcome> DeleteDiskAsync(string image, string file, Action<PortalDb> audit, CancellationToken ct) => ChangeAsync(image, async name =>
    {
        if (!Reader.ReadDisks(name).Any(d => d.File == file))
            return StoreOutcome.Gone;
        File.Delete(Path.Combine(swap.Images.Of(name), file));
        await scan.RunAsync(name, Audited(audit), null, ct);
        return StoreOutcome.Done;
    }, ct);

    /// <summary>Text of a sidecar of a set; null where there is none.</summary>
    public string? ReadSidecar(ImagePart part, string folder = ImageVersion.Current) =>
        part.Sidecar is null || part.Sidecar == ImageSidecar.MachineAccount || !IsFolder(folder) ? null
        : ImageDirectoryReader.ReadStart(Path.Combine(swap.Images.Of(part.Image, folder), part.ToString()), ImageDesc.MaxLength) is { } bytes
            ? ImageDesc.Decode(bytes) : null;

    /// <summary>Path of a file of an image that people may download; null where there is none. The machine account is not among them.</summary>
    public string? PathOf(ImagePart part, string folder = ImageVersion.Current)
    {
        if (part.Sidecar == ImageSidecar.MachineAccount || !IsFolder(folder))
            return null;
        var path = Path.Combine(swap.Images.Of(part.Image, folder), part.ToString());
        return FileFacts.Read(path, followLinks: false) is { IsRegular: true } ? path : null;
    }

    /// <summary>Another text after each change of a file's content; empty where there is no file.</summary>
    public static string KeyOf(string path) => FileFacts.Read(path, followLinks: false)?.Key ?? "";

    /// <summary>Compares a set's files with their checksums.</summary>
    /// <param name="version">Key of the set.</param>
    /// <param name="progress">Told of the bytes read of the present file.</param>
    /// <param name="ct">Ends it.</param>
    /// <param name="isUrgent">True reads as fast as the disk can; false as fast as the setting allows.</param>
    /// <returns>The state of each file; null where a file changed meanwhile.</returns>
    public async Task<IReadOnlyDictionary<string, ImageState?>> VerifyAsync(
        Guid version, Action<string, long>? progress, CancellationToken ct, bool isUrgent = true) =>
        (await verify.RunAsync(version, isUrgent, progress, ct)).ToDictionary(f => f.File, f => f.State);

    /// <summary>True for the sidecars that people edit.</summary>
    public static bool IsEditable(ImagePart part) => part.Sidecar is { } sidecar
        && (sidecar == ImageSidecar.Desc || sidecar == ImageSidecar.Registry || sidecar == ImageSidecar.Postsync || sidecar == ImageSidecar.Prestart);

    private ImageDirectoryReader Reader => scan.Reader;

    private static Func<PortalDb, Task> Audited(Action<PortalDb> audit) => db =>
    {
        audit(db);
        return Task.CompletedTask;
    };

    // Names of directories come from addresses too.
    private static bool IsFolder(string folder) => folder.Length == 0 || (folder[0] != '.' && folder.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'));

    private async Task<StoreOutcome> ChangeAsync(string image, Func<ImageName, Task<StoreOutcome>> change, CancellationToken ct)
    {
        if (!ImageName.TryParse(image, out var name))
            return StoreOutcome.Gone;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        IDisposable? turn = null;
        try
        {
            turn = await turns.TakeAsync(name, patience.Token);
            return SwapPlan.IsOpen(swap.Uploads, name.Value) ? StoreOutcome.Busy : await change(name);
        }
        catch (OperationCanceledException) when (turn is null && !ct.IsCancellationRequested)
        {
            return StoreOutcome.Busy;
        }
        catch (IOException e) when (ImageSpace.IsFull(e))
        {
            // What was begun with the image itself is ended by the service of uploads.
            return SwapPlan.IsOpen(swap.Uploads, name.Value) ? StoreOutcome.Busy : StoreOutcome.NoSpace;
        }
        finally
        {
            turn?.Dispose();
        }
    }

    private static async Task MoveRowsAsync(PortalDb db, ImageName name, string? restored, string former, Action<PortalDb> audit, CancellationToken ct)
    {
        audit(db);
        if (restored is null)
            return;
        var rows = db.ImageVersions.Where(v => db.Images.Any(i => i.Id == v.ImageId && i.Name == name.Value));
        if (former.Length > 0)
            await rows.Where(v => v.Folder == ImageVersion.Current).ExecuteUpdateAsync(v => v.SetProperty(x => x.Folder, former), ct);
        await rows.Where(v => v.Folder == restored).ExecuteUpdateAsync(v => v.SetProperty(x => x.Folder, ImageVersion.Current), ct);
    }
}
