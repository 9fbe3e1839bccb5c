namespace LinboPortal.Images;

/// <summary>Marks the texts of the pages of images.</summary>
internal sealed class ImagesText;
