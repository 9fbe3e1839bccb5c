using System.Net;

namespace LinboPortal.Core.Images;

/// <summary>An upload of an image's file by a client, and what became of it.</summary>
public sealed class ImageUpload
{
    /// <summary>Key, UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Name of the image; there may be none of that name yet.</summary>
    public required string Image { get; init; }

    /// <summary>For instance <c>win10.qcow2</c>.</summary>
    public required string File { get; init; }

    /// <summary>The client.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Its name in the inventory; empty for an unknown one.</summary>
    public string Host { get; set; } = "";

    /// <summary>When it began (UTC).</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended (UTC); null while it goes on.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Where it stands.</summary>
    public UploadState State { get; set; }

    /// <summary>Bytes that have come.</summary>
    public long Bytes { get; set; }

    /// <summary>What permitted it: <c>job 12 admin</c>, <c>window admin</c>, <c>setting</c>; empty where the portal was not asked.</summary>
    public string Permit { get; set; } = "";

    /// <summary>Why it was refused or failed.</summary>
    public ImageProblem Problem { get; set; }

    /// <summary>What the problem is about, for people who look closer.</summary>
    public string Detail { get; set; } = "";
}

/// <summary>Where an upload stands.</summary>
public enum UploadState
{
    /// <summary>Bytes come in.</summary>
    Receiving,

    /// <summary>All has come and waits for the rest of its set, or is being checked.</summary>
    Checking,

    /// <summary>It is the image now.</summary>
    Taken,

    /// <summary>Nothing was changed; the problem says why.</summary>
    Failed,
}
