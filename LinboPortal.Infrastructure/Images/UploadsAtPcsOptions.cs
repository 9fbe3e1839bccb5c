namespace LinboPortal.Infrastructure.Images;

/// <summary>Settings of uploads that somebody starts at a PC; those of the portal's own jobs need none.</summary>
public sealed class UploadsAtPcsOptions
{
    /// <summary>When they are taken.</summary>
    public UploadsAtPcs AtPcs { get; set; } = UploadsAtPcs.Window;

    /// <summary>Minutes that a time for them lasts where nobody says otherwise.</summary>
    public int WindowMinutes { get; set; } = 60;

    /// <summary>True where <see cref="WindowMinutes"/> is one that can be opened.</summary>
    public bool HasUsableWindow => WindowMinutes is >= 1 and <= UploadWindows.MostMinutes;
}

/// <summary>When uploads that somebody starts at a PC are taken.</summary>
public enum UploadsAtPcs
{
    /// <summary>While somebody has opened a time for them.</summary>
    Window,

    /// <summary>Always, from registered PCs.</summary>
    Always,
}
