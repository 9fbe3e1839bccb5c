namespace LinboPortal.Infrastructure.Hosts;

/// <summary>The devices.csv that a school last imported, byte for byte: what the export patches instead of writing anew.</summary>
public sealed class DevicesFile
{
    /// <summary>The school's name, key of the row.</summary>
    public required string School { get; init; }

    /// <summary>The bytes as imported.</summary>
    public required byte[] Content { get; set; }

    /// <summary>When it was imported (UTC).</summary>
    public DateTimeOffset ImportedAt { get; set; }
}
