using System.Net;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Persistence;
using LinboPortal.Infrastructure.Processes;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Images;

/// <summary>
/// Takes in what clients have uploaded: checks a set, swaps it in, and says why where it is not taken. Sets wait in their directories, so that
/// nothing depends on the portal having run when they came.
/// </summary>
internal sealed class UploadIntake(ImageSwap swap, ImageTurns turns, IntakeCheck check, ImageScan scan, ImageUploads rows, UploadPermits permits)
{
    private static readonly TimeSpan HookPause = TimeSpan.FromMilliseconds(20);
    private const int MostPauses = 50;

    /// <summary>Characters of a description that become the version's note.</summary>
    private const int LongestNote = 500;

    private readonly SidecarIntake sidecars = new(swap);
    private readonly UploadSeries series = new(swap.Uploads, swap.Time);

    private UploadFolders Uploads => swap.Uploads;

    /// <summary>Ends what an earlier portal began; call it once, before anything else.</summary>
    public void Recover()
    {
        Uploads.Ensure();
        Uploads.EmptyTrash();
        Uploads.DiscardFormer();
    }

    /// <summary>Takes in what waits now.</summary>
    /// <returns>What could not be done though nothing is wrong with the set: it is tried again.</returns>
    public async Task<IReadOnlyList<Exception>> RunAsync(CancellationToken ct)
    {
        List<Exception> faults = [];
        await FinishAsync(faults, ct);
        await AdvanceAsync(ct);
        foreach (var directory in UploadedSet.Directories(Uploads))
        {
            // What was begun with it must end before anything else.
            if (SwapPlan.IsOpen(Uploads, Path.GetFileName(directory).Split(',')[0]))
                continue;
            if (!UploadedSet.TryRead(directory, out var set))
            {
                Directory.Delete(directory, recursive: true);
                continue;
            }

            try
            {
                using var turn = turns.TryTake(set.Part.Image);
                // Another portal has it in hand, or had.
                if (turn is not null && Directory.Exists(directory))
                    await TakeAsync(set, ct);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                faults.Add(e);
                await rows.FailAsync(set.Part, set.Client, new ImageVerdict(ImageState.Broken, ImageProblem.ServerFault, e.Message), ct);
            }
        }

        foreach (var image in sidecars.Waiting())
        {
            using var turn = turns.TryTake(image);
            if (turn is not null && await TakeSidecarsAsync(image, ct))
                await scan.RecordAsync(image, null, db => Note(db, image), ct);
        }

        return faults;
    }

    /// <summary>What the hooks left becomes whole sets.</summary>
    private async Task AdvanceAsync(CancellationToken ct)
    {
        IReadOnlyList<(ImagePart Part, IPAddress Client)> vain = [];
        using (var hooks = await HoldHooksAsync(ct))
        {
            if (hooks is not null)
                vain = series.Advance();
        }

        foreach (var (part, client) in vain)
            await rows.FailAsync(part, client, new ImageVerdict(ImageState.Broken, ImageProblem.InfoNeverCame), ct);
    }

    // The hooks are kept away for no longer than the renames take: the database may be away for minutes.
    private async Task<bool> TakeSidecarsAsync(ImageName image, CancellationToken ct)
    {
        using var hooks = await HoldHooksAsync(ct);
        return hooks is not null && sidecars.Take(image);
    }

    /// <summary>A hook needs the gate for milliseconds; null where one has it longer, until the next time.</summary>
    private async Task<IDisposable?> HoldHooksAsync(CancellationToken ct)
    {
        for (var pause = 0; pause < MostPauses; pause++)
        {
            if (Uploads.TryHoldHooks() is { } hooks)
                return hooks;
            await Task.Delay(HookPause, swap.Time, ct);
        }

        return null;
    }

    /// <summary>Ends swaps that were interrupted, whether by the end of the portal or by a disk that was full.</summary>
    private async Task FinishAsync(List<Exception> faults, CancellationToken ct)
    {
        foreach (var plan in SwapPlan.Left(Uploads))
        {
            if (!ImageName.TryParse(plan.Image, out var image))
                continue;
            try
            {
                using var turn = turns.TryTake(image);
                if (turn is null || !SwapPlan.IsOpen(Uploads, plan.Image))
                    continue;
                swap.Finish(plan);
                await rows.TakenAsync(plan.Files[0], ct);
                await scan.RecordAsync(image, db => plan.IsOfWhole ? MoveRowAsync(db, image, plan.Folder, ct) : Task.CompletedTask, null, ct);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                faults.Add(e);
            }
        }
    }

    private async Task TakeAsync(UploadedSet set, CancellationToken ct)
    {
        // From here on no process of rsync's can write to it any more.
        foreach (var file in Directory.GetFiles(set.Path))
        {
            SystemUser.Current.Take(file);
            if (FileFacts.Read(file, followLinks: false) is not { IsRegular: true } facts)
                continue;
            File.SetUnixFileMode(file, LinboTree.AtomicFile.Private);
            if (ImagePart.TryParse(Path.GetFileName(file), out var part) && !part.IsImage && !SidecarIntake.IsFit(part, facts.Size))
                File.Delete(file);
        }

        // It began while the portal was away: the hook saw that a time for uploads was open, and not whose address that is.
        if (!await rows.WasAdmittedAsync(set.Part, set.Client, ct) && await permits.JudgeAsync(set.Part, set.Client, ct) is { Problem: ImageProblem.NotRegistered } refused)
        {
            Directory.Delete(set.Path, recursive: true);
            await rows.FailAsync(set.Part, set.Client, new ImageVerdict(ImageState.Broken, refused.Problem), ct);
            return;
        }

        var found = await check.RunAsync(set.Part, set.Path, read => rows.Checking(set.Part, set.Client, read), ct);
        if (found.Verdict.State != ImageState.Good)
        {
            Directory.Delete(set.Path, recursive: true);
            await rows.FailAsync(set.Part, set.Client, found.Verdict, ct);
            return;
        }

        var size = FileFacts.Read(Path.Combine(set.Path, set.Part.FileName!))?.Size ?? 0;
        var (folder, host) = ((string?)null, "");
        // The swap where nobody else reads the tree: a scan in between would give the former image's note and pin to the new one.
        await scan.RecordAsync(
            set.Part.Image,
            async db =>
            {
                if (folder is null)
                {
                    folder = swap.Run(set.Part, set.Path, [.. Directory.GetFiles(set.Path).Select(f => Path.GetFileName(f))]);
                    host = await rows.TakenAsync(set.Part, set.Client, size, ct);
                }

                if (set.Part.Kind != ImageFileKind.Qdiff)
                    await MoveRowAsync(db, set.Part.Image, folder, ct);
            },
            db => Describe(db, set.Part, found, host, rows.Now), ct);
    }

    /// <summary>The row of the former set keeps its note and goes with its files.</summary>
    public static async Task MoveRowAsync(PortalDb db, ImageName image, string folder, CancellationToken ct)
    {
        if (folder.Length == 0 || await db.ImageVersions.AnyAsync(v => v.Folder == folder && db.Images.Any(i => i.Id == v.ImageId && i.Name == image.Value), ct))
            return;
        var former = await db.ImageVersions.AsTracking().Where(v => v.Folder == ImageVersion.Current)
            .Where(v => db.Images.Any(i => i.Id == v.ImageId && i.Name == image.Value)).FirstOrDefaultAsync(ct);
        if (former is not null)
            former.Folder = folder;
    }

    /// <summary>Says of the current set where it came from and what its content is.</summary>
    public static void Describe(PortalDb db, ImagePart part, CheckedSet found, string host, DateTimeOffset at)
    {
        if (db.Images.Local.FirstOrDefault(i => i.Name == part.Image.Value)?.Versions.Find(v => v.Folder == ImageVersion.Current) is not { } current)
            return;
        current.Host = host;
        if (current.Files.Find(f => f.Name == part.FileName) is { } file)
            (file.Sha256, file.Sha256Of, file.VerifiedAt) = (found.Sha256, found.Key, at);
    }

    /// <summary>What was said when the image was made stands first in its description; a note of a person's stays.</summary>
    private void Note(PortalDb db, ImageName image)
    {
        if (db.Images.Local.FirstOrDefault(i => i.Name == image.Value)?.Versions.Find(v => v.Folder == ImageVersion.Current) is not { Note: "" } current)
            return;
        var first = current.Files.OrderByDescending(f => f.Timestamp, StringComparer.Ordinal)
            .Select(f => ImageDirectoryReader.ReadStart(Path.Combine(swap.Images.Of(image), $"{f.Name}.{ImageSidecar.Desc}"), ImageDesc.MaxLength))
            .OfType<byte[]>().SelectMany(b => ImageDesc.Read(ImageDesc.Decode(b)).Take(1)).FirstOrDefault();
        if (first is not null)
            current.Note = first.Message[..Math.Min(first.Message.Length, LongestNote)];
    }
}
