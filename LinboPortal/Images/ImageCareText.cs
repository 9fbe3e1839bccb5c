namespace LinboPortal.Images;

/// <summary>Marks the texts of what is done for images over time: making, keeping, comparing, room.</summary>
internal sealed class ImageCareText;
