using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using LinboPortal.Core.Boot.Files;

namespace LinboPortal.Infrastructure.LinboTree;

/// <summary>
/// <c>linbo64.md5</c> and <c>linbofs64.md5</c>: 32 bare digits and a line feed, which clients compare before they load LINBO into their cache
/// (linbo.md 3.2), and <c>boot/grub/linbo.md5sum</c>, by which GRUB tells whether a cache has just these files. A client that meets the checksum of
/// half a file caches that half and never starts again: checksums are written for both files together, once both lie still, no program writes them
/// any more, and their content is whole. Until then the old ones stay.
/// </summary>
internal sealed class TreeChecksums(LinboTree tree, TimeProvider time)
{
    /// <summary>So long a file must lie still.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);

    /// <summary>So long where its content does not tell its end.</summary>
    public static readonly TimeSpan SettlingUnchecked = TimeSpan.FromMinutes(1);

    private const string Kernel = "linbo64";
    private const string Initramfs = "linbofs64";

    private readonly Dictionary<string, (string Stamp, BootFileContent Content)> checkedContent = [];

    /// <summary>What was found last.</summary>
    public ImmutableArray<BootFileState> Files { get; private set; } = [];

    /// <summary>Brings the checksums up to date where they can be.</summary>
    /// <returns>How many files were written.</returns>
    public async Task<int> UpdateAsync(TreeManifest manifest, CancellationToken ct)
    {
        // The initramfs comes last: clients look at its checksum first.
        var found = new[] { Look(Kernel, manifest), Look(Initramfs, manifest) };
        Files = [.. found.Select(f => f.State)];
        if (found.Any(f => f.State.Condition != BootFileCondition.Whole))
            return 0;
        var hashes = new string[found.Length];
        for (var i = 0; i < found.Length; i++)
            hashes[i] = found[i].KnownHash ?? await HashAsync(tree.PathOf(found[i].State.Name), ct);
        // Somebody began to write meanwhile: the next look finds it complete.
        if (found.Any(f => Look(f.State.Name, manifest).Stamp != f.Stamp))
            return 0;
        var written = 0;
        for (var i = 0; i < found.Length; i++)
        {
            var checksum = found[i].State.Name + ".md5";
            manifest.Settle(checksum, found[i].Stamp + hashes[i]);
            written += Write(checksum, hashes[i] + "\n");
        }

        return written + Write(GrubList, $"{hashes[1]}  /{Initramfs}\n{hashes[0]}  /{Kernel}\n")
            + Write(GrubListOfOld, $"{hashes[1]}  /{TreeAliases.OldInitramfs}\n{hashes[0]}  /{Kernel}\n");
    }

    /// <summary>GRUB's list of checksums for a cache as today's clients fill it.</summary>
    public const string GrubList = "boot/grub/linbo.md5sum";

    /// <summary>The same for a cache that LINBO 4.1 to 4.2.9 filled.</summary>
    public const string GrubListOfOld = "boot/grub/linbo.lz.md5sum";

    private int Write(string path, string text)
    {
        if (TreeOnDisk.At(tree.PathOf(path)) is TreeOnDisk.File found && Encoding.UTF8.GetString(found.Content) == text)
            return 0;
        AtomicFile.Write(tree.PathOf(path), text);
        return 1;
    }

    private Found Look(string name, TreeManifest manifest)
    {
        if (!tree.TryResolveServable(name, out var path) || !File.Exists(path))
            return new Found(new BootFileState(name, BootFileCondition.Missing, null), "", null);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        if (FileStamp.Read(file.SafeFileHandle) is not { } stamp)
            return new Found(new BootFileState(name, BootFileCondition.Missing, null), "", null);
        var text = $"md5.2:{stamp.Text}:";
        var known = manifest.LastWritten(name + ".md5") is { } last && last.StartsWith(text, StringComparison.Ordinal) ? last[text.Length..] : null;
        var condition = FileStamp.IsOpenForWriting(file.SafeFileHandle) ? BootFileCondition.Arriving
            : known is not null ? BootFileCondition.Whole
            : Judge(name, file, stamp);
        return new Found(new BootFileState(name, condition, stamp.ChangedAt), text, known);
    }

    private BootFileCondition Judge(string name, FileStream file, FileStamp stamp)
    {
        var still = time.GetUtcNow() - stamp.ChangedAt;
        // A change in the future is one of a clock that was set back.
        if (still < Settling && still > -Settling)
            return BootFileCondition.Arriving;
        if (!checkedContent.TryGetValue(name, out var last) || last.Stamp != stamp.Text)
            checkedContent[name] = last = (stamp.Text, name == Kernel ? KernelFile.Check(file) : InitramfsFile.Check(file));
        return last.Content switch
        {
            BootFileContent.Whole => BootFileCondition.Whole,
            BootFileContent.Unchecked => still < SettlingUnchecked && still > -SettlingUnchecked ? BootFileCondition.Arriving : BootFileCondition.Whole,
            BootFileContent.CutOff => BootFileCondition.CutOff,
            _ => BootFileCondition.Foreign,
        };
    }

    private static async Task<string> HashAsync(string file, CancellationToken ct)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16, useAsync: true);
#pragma warning disable CA5351 // The clients of LINBO compare MD5; it guards against broken transfers, not against forgers.
        return Convert.ToHexStringLower(await MD5.HashDataAsync(stream, ct));
#pragma warning restore CA5351
    }

    private sealed record Found(BootFileState State, string Stamp, string? KnownHash);
}
