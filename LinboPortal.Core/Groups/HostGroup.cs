namespace LinboPortal.Core.Groups;

/// <summary>A group of like PCs that share a start.conf; LINBO's "hardware class".</summary>
public sealed class HostGroup
{
    /// <summary>Key, UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>The school's name.</summary>
    public required string School { get; init; }

    /// <summary>Name as in <c>start.conf.&lt;group&gt;</c>: <c>[A-Za-z0-9+_-]+</c>. The file names are shared, so it is unique over all schools.</summary>
    public required string Name { get; set; }

    /// <summary>The current text of start.conf; null while the group has none (a name that devices.csv mentions).</summary>
    public string? StartConf { get; set; }

    /// <summary>Number of the current revision; 0 while there is none.</summary>
    public int Revision { get; set; }

    /// <summary>When the current revision was saved (UTC).</summary>
    public DateTimeOffset? SavedAt { get; set; }

    /// <summary>How the portal logs in to Linux and Windows on its PCs; none where it does not.</summary>
    public List<SystemAccess> Systems { get; init; } = [];

    /// <summary>Concurrency token (PostgreSQL's xmin).</summary>
    public uint Version { get; init; }

    /// <summary>True for names whose files are taken: <c>grub.cfg</c>, <c>start.conf.default</c>; <c>nopxe</c> means no group.</summary>
    public static bool IsReserved(string name) => name.ToUpperInvariant() is "GRUB" or "DEFAULT" or "NOPXE";
}

/// <summary>One saved text of a group's start.conf. Revisions are only ever added.</summary>
public sealed class StartConfRevision
{
    /// <summary>Key, UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Key of the group.</summary>
    public required Guid GroupId { get; init; }

    /// <summary>1, 2, 3 … within the group.</summary>
    public required int Number { get; init; }

    /// <summary>The whole text.</summary>
    public required string Text { get; init; }

    /// <summary>When it was saved (UTC).</summary>
    public required DateTimeOffset SavedAt { get; init; }

    /// <summary>User name of who saved it.</summary>
    public required string SavedBy { get; init; }

    /// <summary>Why, in the person's words, or where it came from (<c>import</c>, <c>restore of 3</c>).</summary>
    public string Note { get; init; } = "";
}
