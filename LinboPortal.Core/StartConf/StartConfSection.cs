using System.Collections.Immutable;

namespace LinboPortal.Core.StartConf;

/// <summary>A section of start.conf: the header's line and the settings below it.</summary>
public sealed class StartConfSection
{
    /// <summary>Name of the section that stands once.</summary>
    public const string Linbo = "LINBO";

    /// <summary>Name of the sections that describe partitions.</summary>
    public const string Partition = "Partition";

    /// <summary>Name of the sections that describe operating systems.</summary>
    public const string Os = "OS";

    internal StartConfSection(string name, int header, int end, ImmutableArray<StartConfLine> lines)
    {
        Name = name;
        Header = header;
        End = end;
        Settings = [.. Enumerable.Range(header + 1, end - header - 1)
            .Where(i => lines[i].Kind == StartConfLineKind.Setting)
            .Select(i => new StartConfSetting(i, lines[i]))];
    }

    /// <summary>The name as written; compare with <see cref="Is"/>.</summary>
    public string Name { get; }

    /// <summary>Index of the header's line in <see cref="StartConfDocument.Lines"/>.</summary>
    public int Header { get; }

    /// <summary>Index after the section's last line.</summary>
    public int End { get; }

    /// <summary>The settings in order, repeated and unknown ones too.</summary>
    public ImmutableArray<StartConfSetting> Settings { get; }

    /// <summary>True where the section has that name, ignoring case.</summary>
    public bool Is(string name) => Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>The setting with that key, ignoring case. The last one where it is repeated: clients read it so.</summary>
    public StartConfSetting? Find(string key) => Settings.LastOrDefault(s => s.Line.Name.Equals(key, StringComparison.OrdinalIgnoreCase));

    /// <summary>The value of a key; empty where it is missing.</summary>
    public string Value(string key) => Find(key)?.Line.Value ?? "";

    /// <summary>True where the key says <c>yes</c>, ignoring case.</summary>
    public bool IsYes(string key) => Value(key).Equals("yes", StringComparison.OrdinalIgnoreCase);
}

/// <summary>A setting and where it stands.</summary>
/// <param name="Index">Index of the line in <see cref="StartConfDocument.Lines"/>.</param>
/// <param name="Line">The line.</param>
public sealed record StartConfSetting(int Index, StartConfLine Line);
