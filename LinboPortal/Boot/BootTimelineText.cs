namespace LinboPortal.Boot;

/// <summary>Marks the texts of the boot timeline.</summary>
internal sealed class BootTimelineText;
