namespace LinboPortal.Core.Images;

/// <summary>What a PC last did with an image, by its image.status.</summary>
public sealed class HostImage
{
    /// <summary>Longest name of an image's file that is kept.</summary>
    public const int MaxLength = 128;

    /// <summary>Key of the host.</summary>
    public required Guid HostId { get; init; }

    /// <summary>For instance <c>win10.qcow2</c>.</summary>
    public required string Image { get; init; }

    /// <summary>The image's own timestamp; empty where the PC did not say.</summary>
    public string Timestamp { get; set; } = "";

    /// <summary>What it did.</summary>
    public HostImageAction Action { get; set; }

    /// <summary>When (UTC).</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>The same of an image's file that is called otherwise now.</summary>
    public HostImage Renamed(string image) => new() { HostId = HostId, Image = image, Timestamp = Timestamp, Action = Action, At = At };
}

/// <summary>What a PC does with an image.</summary>
public enum HostImageAction
{
    /// <summary>Its disk was made like the image.</summary>
    Applied,

    /// <summary>The image was made of its disk.</summary>
    Created,
}
