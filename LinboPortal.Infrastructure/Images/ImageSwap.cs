using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Infrastructure.Processes;

namespace LinboPortal.Infrastructure.Images;

/// <summary>
/// Puts a set of files in the place of an image's current one, which becomes a version. Only renames and second names, never a copy of an image.
/// Each step may be done again: the version is whole before the image is touched, and the image has no .info (so that nobody takes it for good)
/// from the first change to the last. The caller has the image's turn.
/// </summary>
internal sealed class ImageSwap(ImageFolders images, UploadFolders uploads, TimeProvider time)
{
    private const UnixFileMode Mode = AtomicFile.Public | UnixFileMode.GroupWrite;
    private const string Unfinished = ".part";

    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>Where images lie.</summary>
    public ImageFolders Images => images;

    /// <summary>Where uploads lie.</summary>
    public UploadFolders Uploads => uploads;

    /// <summary>For tests: called before each step with its name.</summary>
    public Action<string>? Step { get; init; }

    /// <summary>Swaps in an image's file with the sidecars beside it.</summary>
    /// <param name="part">The image's file.</param>
    /// <param name="source">Directory with the new files; on the images' file system.</param>
    /// <param name="names">The new files' names.</param>
    /// <returns>Name of the version that the former set became; empty where there was none.</returns>
    public string Run(ImagePart part, string source, IReadOnlyCollection<string> names)
    {
        var plan = Plan(part, source, names);
        plan.Write(uploads);
        Carry(plan);
        return plan.Folder;
    }

    /// <summary>As <see cref="Run"/>; where there is no room for the version, all is as it was, for others to try again.</summary>
    public string RunOrWithdraw(ImagePart part, string source, IReadOnlyCollection<string> names) => CarryOrWithdraw(Plan(part, source, names));

    /// <summary>Puts a former set back; the current one becomes a version, its scripts and patches too. The former set's directory is gone afterwards.</summary>
    /// <returns>Name of the version that the current set became; empty where there was none.</returns>
    public string Restore(ImageName image, string folder)
    {
        var source = images.Of(image, folder);
        var parts = PartsIn(source, image);
        var main = parts.Where(p => p.IsImage).OrderBy(p => p.Kind).First();
        var plan = Plan(main, source, [.. parts.Select(p => p.ToString())]);
        return CarryOrWithdraw(plan);
    }

    /// <summary>Ends what was begun and not ended.</summary>
    public void Finish(SwapPlan plan) => Carry(plan);

    private SwapPlan Plan(ImagePart part, string source, IReadOnlyCollection<string> names)
    {
        var live = images.Of(part.Image);
        var here = PartsIn(live, part.Image);
        // A qdiff is worth nothing without the base that it was made on.
        var kinds = part.Kind == ImageFileKind.Qcow2 ? new[] { ImageFileKind.Qcow2, ImageFileKind.Qdiff } : [part.Kind!.Value];
        var leaving = here.Where(p => (p.Sidecar == ImageSidecar.MachineAccount ? p.Kind ?? ImageFileKind.Qcow2 : p.Kind) is { } kind && kinds.Contains(kind) && (p.IsImage || p.Sidecar!.IsOfContent)).Select(p => p.ToString()).ToList();
        var info = $"{part.FileName}.{ImageSidecar.Info}";
        var hasFormer = leaving.Exists(n => ImagePart.TryParse(n, out var p) && (p.IsImage || p.Sidecar == ImageSidecar.Info));
        return new SwapPlan
        {
            Image = part.Image.Value,
            Source = source,
            Files = [part.FileName!, .. names.Where(n => n != part.FileName && n != info).OrderBy(IsInfo).ThenBy(n => n, StringComparer.Ordinal), info],
            Folder = hasFormer ? FreeFolder(part, live) : "",
            Leaving = leaving,
            Copied = [.. here.Where(p => !p.IsImage && !p.Sidecar!.IsOfContent).Select(p => p.ToString())],
        };
    }

    private static List<ImagePart> PartsIn(string directory, ImageName image) => Directory.Exists(directory)
        ? [.. Directory.EnumerateFiles(directory).Select(f => ImagePart.TryParse(Path.GetFileName(f), out var p) && p.Image == image ? p : null).OfType<ImagePart>()]
        : [];

    /// <summary>The former set's own time; a minute later where that is taken.</summary>
    private string FreeFolder(ImagePart part, string live)
    {
        var file = Path.Combine(live, part.FileName!);
        var info = ImageDirectoryReader.ReadStart($"{file}.{ImageSidecar.Info}", ImageInfo.MaxLength);
        var at = info is not null && ImageTimestamp.TryParse(ImageInfo.Read(info).Timestamp, out var own) ? own
            : ImageTimestamp.Of(FileFacts.Read(file)?.ModifiedAt ?? time.GetUtcNow(), time.LocalTimeZone);
        while (Directory.Exists(images.Of(part.Image, at.Text)))
            at = ImageTimestamp.Later(at);
        return at.Text;
    }

    private void Carry(SwapPlan plan)
    {
        if (!ImageName.TryParse(plan.Image, out var image))
            return;
        Prepare(plan, image);
        Replace(plan, image);
    }

    private string CarryOrWithdraw(SwapPlan plan)
    {
        if (!ImageName.TryParse(plan.Image, out var image))
            return "";
        plan.Write(uploads);
        try
        {
            Prepare(plan, image);
        }
        catch (IOException)
        {
            Withdraw(plan, image);
            throw;
        }

        Replace(plan, image);
        return plan.Folder;
    }

    /// <summary>All that takes room; the image is not touched.</summary>
    private void Prepare(SwapPlan plan, ImageName image)
    {
        var live = images.Of(image);
        if (!Directory.Exists(live))
            Directory.CreateDirectory(live);
        File.SetUnixFileMode(live, AtomicFile.PublicDirectory);
        if (plan.Folder.Length > 0)
            KeepFormer(plan, image, live);
    }

    private void Withdraw(SwapPlan plan, ImageName image)
    {
        File.Delete(plan.JournalIn(uploads));
        if (plan.Folder.Length > 0 && Directory.Exists(PartOf(plan, image)))
            Directory.Delete(PartOf(plan, image), recursive: true);
        foreach (var made in new[] { images.BackupsOf(image), images.Of(image) }.Where(d => Directory.Exists(d) && !Directory.EnumerateFileSystemEntries(d).Any()))
            Directory.Delete(made);
    }

    private string PartOf(SwapPlan plan, ImageName image) => Path.Combine(images.BackupsOf(image), "." + plan.Folder + Unfinished);

    private void Replace(SwapPlan plan, ImageName image)
    {
        Replace(plan, image, images.Of(image));
        Step?.Invoke("end");
        ImageOrigin.Write(uploads, Path.Combine(images.Of(image), plan.Files[0]), plan.Source);
        if (Directory.Exists(plan.Source))
            Directory.Delete(plan.Source, recursive: true);
        File.Delete(plan.JournalIn(uploads));
    }

    private void KeepFormer(SwapPlan plan, ImageName image, string live)
    {
        var kept = images.Of(image, plan.Folder);
        if (Directory.Exists(kept))
            return;
        var part = PartOf(plan, image);
        if (Directory.Exists(part))
            Directory.Delete(part, recursive: true);
        Directory.CreateDirectory(part);
        File.SetUnixFileMode(images.BackupsOf(image), AtomicFile.PublicDirectory);
        File.SetUnixFileMode(part, AtomicFile.PublicDirectory);
        foreach (var name in plan.Leaving)
        {
            Step?.Invoke("keep " + name);
            // Where the file system knows no second names it is moved when its place is taken.
            AtomicFile.TryGiveName(Path.Combine(live, name), Path.Combine(part, name));
        }

        foreach (var name in plan.Copied)
        {
            var bytes = File.ReadAllBytes(Path.Combine(live, name));
            AtomicFile.Write(Path.Combine(part, name), bytes, File.GetUnixFileMode(Path.Combine(live, name)));
        }

        AtomicFile.Sync(part);
        Step?.Invoke("kept");
        Directory.Move(part, kept);
        AtomicFile.Sync(images.BackupsOf(image));
    }

    private void Replace(SwapPlan plan, ImageName image, string live)
    {
        // Once the image's file is in, the old ones are away already and files of these names are the new ones.
        if (File.Exists(Path.Combine(plan.Source, plan.Files[0])))
        {
            foreach (var name in plan.Leaving.OrderByDescending(IsInfo).Where(n => n != plan.Files[0]))
            {
                Step?.Invoke("leave " + name);
                Leave(plan, image, live, name);
            }

            if (plan.Folder.Length > 0 && plan.Leaving.Contains(plan.Files[0]) && !File.Exists(Path.Combine(images.Of(image, plan.Folder), plan.Files[0])))
                Leave(plan, image, live, plan.Files[0]);
            AtomicFile.Sync(live);
        }

        foreach (var name in plan.Files)
        {
            Step?.Invoke("put " + name);
            var from = Path.Combine(plan.Source, name);
            if (!File.Exists(from))
                continue;
            SystemUser.Current.Take(from);
            File.SetUnixFileMode(from, name.EndsWith("." + ImageSidecar.MachineAccount, StringComparison.Ordinal) ? AtomicFile.Private : Mode);
            AtomicFile.Move(from, Path.Combine(live, name));
            AtomicFile.Sync(live);
        }
    }

    private void Leave(SwapPlan plan, ImageName image, string live, string name)
    {
        var here = Path.Combine(live, name);
        var kept = plan.Folder.Length > 0 ? Path.Combine(images.Of(image, plan.Folder), name) : null;
        if (kept is not null && !File.Exists(kept) && File.Exists(here))
            AtomicFile.Move(here, kept);
        else
            File.Delete(here);
    }

    private static bool IsInfo(string name) => name.EndsWith("." + ImageSidecar.Info, StringComparison.Ordinal);
}
