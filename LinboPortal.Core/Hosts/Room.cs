namespace LinboPortal.Core.Hosts;

/// <summary>A room of a school; the scope of a teacher.</summary>
public sealed class Room
{
    /// <summary>Key, UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>The school's name.</summary>
    public required string School { get; init; }

    /// <summary>The room's name as in devices.csv; unique within the school, ignoring case.</summary>
    public required string Name { get; set; }

    /// <summary>Free text for people.</summary>
    public string Description { get; set; } = "";

    /// <summary>Concurrency token (PostgreSQL's xmin).</summary>
    public uint Version { get; init; }
}
