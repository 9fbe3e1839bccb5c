namespace LinboPortal.Hosts;

/// <summary>Marks the texts of the pages of rooms.</summary>
internal sealed class RoomsText;
