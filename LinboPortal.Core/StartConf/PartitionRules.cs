using System.Globalization;
using System.Text.RegularExpressions;

namespace LinboPortal.Core.StartConf;

/// <summary>What holds for [Partition].</summary>
internal static partial class PartitionRules
{
    private static readonly string[] FileSystems = ["vfat", "ntfs", "ext2", "ext3", "ext4", "swap", "reiserfs", "btrfs", "xfs"];

    public static void Check(ProblemList problems)
    {
        var partitions = problems.Document.Partitions;
        if (partitions.IsEmpty && !problems.Document.OperatingSystems.IsEmpty)
            problems.WarnAt(problems.Document.OperatingSystems[0].Section, StartConfProblemCode.NoPartition);
        foreach (var partition in partitions)
        {
            CheckDevice(problems, partition);
            CheckSize(problems, partition);
            CheckKind(problems, partition);
            CheckLabel(problems, partition);
            StartConfRules.YesNo(problems, partition.Section, "Bootable");
        }
    }

    private static void CheckDevice(ProblemList problems, PartitionEntry partition)
    {
        if (partition.Section.Find("Dev") is not { Line.Value: not "" } setting)
        {
            problems.WarnAt(partition.Section, StartConfProblemCode.MissingDevice, partition.Number.ToString(CultureInfo.InvariantCulture));
            return;
        }

        if (!BlockDevice.TryParse(partition.Device, out _))
            problems.WarnAt(setting, StartConfProblemCode.BadDevice, partition.Device);
        if (Earlier(problems, partition, p => p.Device == partition.Device) is { } other)
            problems.ErrorAt(setting, StartConfProblemCode.DuplicateDevice, partition.Device, StartConfRules.LineOf(other.Section.Find("Dev")));
    }

    private static void CheckSize(ProblemList problems, PartitionEntry partition)
    {
        if (partition.Section.Find("Size") is { Line.Value: not "" } setting)
        {
            var size = StartConfRules.BeforeHash(partition.Size);
            if (PartitionSize.ToBytes(size) is null)
                problems.ErrorAt(setting, StartConfProblemCode.BadSize, partition.Size);
            else if (!Size().IsMatch(size))
                problems.WarnAt(setting, StartConfProblemCode.InexactSize, partition.Size, PartitionSize.AsRead(size));
            return;
        }

        // An extended partition takes the rest of the disk and the logical ones lie inside it.
        if (IsExtended(partition) || !BlockDevice.TryParse(partition.Device, out var device))
            return;
        // LINBO makes the partitions in the order of their devices' names, whatever their order in the file is.
        var follows = problems.Document.Partitions.Any(p => BlockDevice.TryParse(p.Device, out var later) && later.Disk == device.Disk
            && string.CompareOrdinal(p.Device, partition.Device) > 0);
        if (!follows)
            return;
        if (partition.Section.Find("Size") is { } empty)
            problems.ErrorAt(empty, StartConfProblemCode.SizeMissing, partition.Device);
        else
            problems.ErrorAt(partition.Section, StartConfProblemCode.SizeMissing, partition.Device);
    }

    private static void CheckKind(ProblemList problems, PartitionEntry partition)
    {
        var id = partition.Id.ToLowerInvariant().TrimStart('0');
        if (partition.Section.Find("Id") is { Line.Value: not "" } setting)
        {
            if (!StartConfRules.OneOf(id, "ef", "c01", "5", "f", "6", "e", "7", "b", "c", "82", "83"))
                problems.WarnAt(setting, StartConfProblemCode.BadId, partition.Id);
            else if (Expected(id) is { } expected && !StartConfRules.OneOf(partition.FileSystem, expected))
                problems.WarnAt(setting, StartConfProblemCode.IdAndFileSystemDiffer, partition.Id, partition.FileSystem, string.Join(", ", expected.Select(e => e.Length == 0 ? "–" : e)));
        }

        if (partition.Section.Find("FSType") is { Line.Value: not "" } system && !StartConfRules.OneOf(partition.FileSystem, FileSystems))
            problems.WarnAt(system, StartConfProblemCode.BadFileSystem, partition.FileSystem);
    }

    private static bool IsExtended(PartitionEntry partition) => partition.Id.TrimStart('0') is "5" or "f" or "F";

    private static string[]? Expected(string id) => id switch
    {
        "ef" => ["vfat"],
        "c01" or "5" or "f" => [""],
        "6" or "e" or "b" or "c" => ["vfat", ""],
        "7" => ["ntfs", ""],
        "82" => ["swap"],
        "83" => ["ext4", "ext3", "ext2", "reiserfs", "btrfs", "xfs", ""],
        _ => null,
    };

    private static void CheckLabel(ProblemList problems, PartitionEntry partition)
    {
        if (partition.Section.Find("Label") is not { Line.Value: not "" } setting)
        {
            var needed = problems.Document.OperatingSystems.Any(o => o.Root == partition.Device) || problems.Document.Linbo?.Cache == partition.Device;
            if (needed && partition.Device.Length > 0)
                problems.WarnAt(partition.Section, StartConfProblemCode.MissingLabel, partition.Device);
            return;
        }

        if (Earlier(problems, partition, p => p.Label == partition.Label) is { } other)
            problems.WarnAt(setting, StartConfProblemCode.DuplicateLabel, partition.Label, StartConfRules.LineOf(other.Section.Find("Label")));
        var limit = partition.FileSystem.ToLowerInvariant() switch { "vfat" => 11, "swap" => 15, "ext2" or "ext3" or "ext4" => 16, _ => 32 };
        if (partition.Label.Length > limit)
            problems.WarnAt(setting, StartConfProblemCode.LabelTooLong, partition.Label, partition.FileSystem, limit.ToString(CultureInfo.InvariantCulture));
    }

    private static PartitionEntry? Earlier(ProblemList problems, PartitionEntry partition, Func<PartitionEntry, bool> same) =>
        problems.Document.Partitions.Take(partition.Number - 1).FirstOrDefault(same);

    [GeneratedRegex(@"^[1-9][0-9]{0,12}(?:[KMGTkmgt](?:i?B)?)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Size();
}
