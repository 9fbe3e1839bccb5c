namespace LinboPortal.Core.Images;

/// <summary>A disk file of another format that somebody put into an image's directory: LINBO cannot use it, and a qcow2 can be made of it.</summary>
/// <param name="File">Its name.</param>
/// <param name="Format">The format as qemu calls it, by the ending.</param>
/// <param name="Size">Bytes.</param>
/// <param name="DiskSize">Bytes on the disk.</param>
/// <param name="ModifiedAt">Last written (UTC).</param>
/// <param name="RefersElsewhere">True where its content lies in other files: then nothing can be made of it.</param>
public sealed record ForeignDisk(string File, string Format, long Size, long DiskSize, DateTimeOffset ModifiedAt, bool RefersElsewhere);
