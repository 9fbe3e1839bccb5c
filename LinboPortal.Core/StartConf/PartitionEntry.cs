namespace LinboPortal.Core.StartConf;

/// <summary>A [Partition] section.</summary>
/// <param name="Number">Position among the partitions, from 1; what <c>format:N</c> counts.</param>
/// <param name="Section">The section.</param>
public sealed record PartitionEntry(int Number, StartConfSection Section)
{
    /// <summary>Device name, <c>/dev/sda1</c>, <c>/dev/nvme0n1p1</c>, <c>/dev/disk0p1</c>.</summary>
    public string Device => Section.Value("Dev");

    /// <summary>File system label; GRUB finds the partition by it.</summary>
    public string Label => Section.Value("Label");

    /// <summary>Number with K, M, G or T, kiB without; empty = the rest of the disk.</summary>
    public string Size => Section.Value("Size");

    /// <summary>Partition type in hexadecimal: ef, 0c01, 5, 6, 7, b, c, e, 82, 83.</summary>
    public string Id => Section.Value("Id");

    /// <summary>File system; empty for none.</summary>
    public string FileSystem => Section.Value("FSType");

    /// <summary>True where the boot flag is wanted.</summary>
    public bool IsBootable => Section.IsYes("Bootable");
}
