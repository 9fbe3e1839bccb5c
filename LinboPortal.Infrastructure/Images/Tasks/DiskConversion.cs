using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Processes;

namespace LinboPortal.Infrastructure.Images.Tasks;

/// <summary>Makes a qcow2 of a disk file of another format; nothing that the file refers to is opened.</summary>
internal sealed class DiskConversion(QemuConvert qemu, ImageSpace space)
{
    /// <summary>How a raw disk begins that is encrypted as a whole.</summary>
    private static readonly byte[] Luks = [(byte)'L', (byte)'U', (byte)'K', (byte)'S', 0xba, 0xbe];

    /// <summary>Writes the qcow2.</summary>
    /// <param name="run">Told what room is needed.</param>
    /// <param name="source">The file.</param>
    /// <param name="format">Its format.</param>
    /// <param name="target">The new file; one that is there is written anew.</param>
    /// <param name="progress">Told of the share that is done, 0 to 1.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>Null, or why there is none.</returns>
    public async Task<ImageVerdict?> RunAsync(TaskRun run, string source, string format, string target, Action<double> progress, CancellationToken ct)
    {
        if (!qemu.IsThere)
            return new ImageVerdict(ImageState.Broken, ImageProblem.ServerFault, "qemu-img is not installed");
        if (ImageDirectoryReader.RefersElsewhere(source, format))
            return new ImageVerdict(ImageState.Broken, ImageProblem.RefersElsewhere, format);
        if (ImageDirectoryReader.ReadStart(source, Luks.Length) is { } start && start.AsSpan().SequenceEqual(Luks))
            return new ImageVerdict(ImageState.Broken, ImageProblem.Encrypted);
        var node = QemuConvert.Alone(source, format);
        File.Delete(target);
        try
        {
            run.Needed = await qemu.MeasureAsync(node, ct);
            if (space.Refuse(run.Needed) is { } full)
                return full;
            await qemu.RunAsync(node, target, compress: false, progress, ct);
            return null;
        }
        catch (ProgramFailedException e)
        {
            return new ImageVerdict(ImageState.Broken, ImageProblem.WrongFormat, QemuImg.Plain(e.Message, source, target));
        }
    }

    /// <summary>Reads both disks and compares them.</summary>
    public Task<bool> IsSameAsync(string source, string format, string target, Action<double> progress, CancellationToken ct) =>
        qemu.IsSameAsync(QemuConvert.Alone(source, format), QemuConvert.Alone(target, "qcow2"), progress, ct);
}
