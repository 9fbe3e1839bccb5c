using System.Globalization;
using System.Text.RegularExpressions;

namespace LinboPortal.Core.StartConf;

/// <summary>A partition's device name as start.conf writes it.</summary>
/// <param name="Disk">The disk's name without <c>/dev/</c>: <c>sda</c>, <c>nvme0n1</c>, <c>disk0</c>.</param>
/// <param name="DiskIndex">Position of the disk as GRUB counts, from 0.</param>
/// <param name="Partition">Number of the partition, from 1.</param>
public readonly partial record struct BlockDevice(string Disk, int DiskIndex, int Partition)
{
    /// <summary>GRUB's name for it: <c>(hd0,1)</c> (linbo.md 2.3).</summary>
    public string ToGrub() => string.Create(CultureInfo.InvariantCulture, $"(hd{DiskIndex},{Partition})");

    /// <summary>Reads <c>/dev/sda1</c>, <c>/dev/vdb2</c>, <c>/dev/nvme0n1p3</c>, <c>/dev/mmcblk0p1</c>, <c>/dev/disk0p2</c>.</summary>
    public static bool TryParse(string? text, out BlockDevice device)
    {
        device = default;
        if (Letters().Match(text ?? "") is { Success: true } letters)
        {
            device = new BlockDevice(letters.Groups[1].Value, letters.Groups[2].Value[0] - 'a', Number(letters.Groups[3]));
            return true;
        }

        if (Numbered().Match(text ?? "") is not { Success: true } numbered)
            return false;
        // nvme0n2 is the second namespace of the first controller: the number after "n" counts, from 1.
        var index = numbered.Groups["nvme"].Success ? Number(numbered.Groups["nvme"]) - 1 : Number(numbered.Groups["disk"]);
        device = new BlockDevice(numbered.Groups["name"].Value, index, Number(numbered.Groups["part"]));
        return true;
    }

    private static int Number(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^/dev/((?:xv|[shv])d([a-z]))([1-9][0-9]{0,2})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Letters();

    [GeneratedRegex(
        @"^/dev/(?<name>disk(?<disk>[0-9]{1,2})|mmcblk(?<disk>[0-9]{1,2})|nvme[0-9]{1,2}n(?<nvme>[1-9][0-9]?))p(?<part>[1-9][0-9]{0,2})\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Numbered();
}
