using System.Collections.Immutable;

namespace LinboPortal.Core.StartConf;

/// <summary>
/// The text of a group's start.conf with every line, comment, unknown key and line ending as written. Immutable:
/// <see cref="StartConfWriter"/> makes changed copies. <see cref="ToString"/> gives the text back.
/// </summary>
public sealed class StartConfDocument
{
    internal StartConfDocument(ImmutableArray<StartConfLine> lines, bool hasByteOrderMark)
    {
        Lines = lines;
        HasByteOrderMark = hasByteOrderMark;
        Sections = Split(lines);
        Linbo = Sections.LastOrDefault(s => s.Is(StartConfSection.Linbo)) is { } linbo ? new LinboEntry(linbo) : null;
        Partitions = [.. Sections.Where(s => s.Is(StartConfSection.Partition)).Select((s, i) => new PartitionEntry(i + 1, s))];
        OperatingSystems = [.. Sections.Where(s => s.Is(StartConfSection.Os)).Select((s, i) => new OsEntry(i + 1, s))];
    }

    /// <summary>All lines in order.</summary>
    public ImmutableArray<StartConfLine> Lines { get; }

    /// <summary>True where the file starts with a byte order mark, which hides its first line from clients.</summary>
    public bool HasByteOrderMark { get; }

    /// <summary>All sections in order, unknown ones too.</summary>
    public ImmutableArray<StartConfSection> Sections { get; }

    /// <summary>The [LINBO] section; null where there is none. The last of several: clients read it so.</summary>
    public LinboEntry? Linbo { get; }

    /// <summary>The [Partition] sections; the first has number 1, as <c>format:1</c> counts.</summary>
    public ImmutableArray<PartitionEntry> Partitions { get; }

    /// <summary>The [OS] sections; the first has number 1, as <c>sync:1</c> counts.</summary>
    public ImmutableArray<OsEntry> OperatingSystems { get; }

    /// <summary>The partition that a device name stands for; null where no [Partition] has it.</summary>
    public PartitionEntry? FindPartition(string device) => Partitions.FirstOrDefault(p => p.Device == device);

    /// <summary>The whole text, as read or as changed.</summary>
    public override string ToString() =>
        (HasByteOrderMark ? StartConfReader.ByteOrderMark.ToString() : "") + string.Concat(Lines.Select(l => l.Text + l.Ending));

    private static ImmutableArray<StartConfSection> Split(ImmutableArray<StartConfLine> lines)
    {
        var sections = ImmutableArray.CreateBuilder<StartConfSection>();
        var header = -1;
        for (var i = 0; i <= lines.Length; i++)
        {
            if (i < lines.Length && lines[i].Kind != StartConfLineKind.Section)
                continue;
            if (header >= 0)
                sections.Add(new StartConfSection(lines[header].Name, header, i, lines));
            header = i;
        }

        return sections.ToImmutable();
    }
}
