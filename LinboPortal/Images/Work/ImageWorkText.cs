namespace LinboPortal.Images.Work;

/// <summary>Texts of work on images: ImageWorkText.resx and ImageWorkText.de.resx.</summary>
internal sealed class ImageWorkText;
