namespace LinboPortal.Core.Hosts;

/// <summary>A search of the host list under a name, which commands and schedules can be for.</summary>
public sealed class SavedSearch
{
    /// <summary>Characters that a name may have.</summary>
    public const int LongestName = 60;

    /// <summary>Characters that a query may have.</summary>
    public const int LongestQuery = 500;

    /// <summary>Key.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Its name as the owner wrote it.</summary>
    public required string Name { get; init; }

    /// <summary>The name in small letters: two names that differ in case only are one.</summary>
    public required string Key { get; init; }

    /// <summary>What is searched, as <see cref="HostSelector.Search.ToQuery"/> writes it.</summary>
    public required string Query { get; init; }

    /// <summary>User name of who saved it.</summary>
    public required string Owner { get; init; }

    /// <summary>True where everybody has it.</summary>
    public bool IsShared { get; init; }

    /// <summary>When it was saved (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Changes with each write (xmin).</summary>
    public uint Version { get; init; }

    /// <summary>The name as <see cref="Key"/> has it.</summary>
    public static string KeyOf(string name) => name.Trim().ToLowerInvariant();
}
