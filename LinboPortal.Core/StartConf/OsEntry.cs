namespace LinboPortal.Core.StartConf;

/// <summary>An [OS] section.</summary>
/// <param name="Number">Position among the operating systems, from 1; what <c>sync:N</c> and <c>start:N</c> count.</param>
/// <param name="Section">The section.</param>
public sealed record OsEntry(int Number, StartConfSection Section)
{
    /// <summary>Name on the client's screen.</summary>
    public string Name => Section.Value("Name");

    /// <summary>File name of the image, <c>x.qcow2</c> or <c>x.iso</c>; empty = none.</summary>
    public string BaseImage => Section.Value("BaseImage");

    /// <summary>Device of the partition that holds it.</summary>
    public string Root => Section.Value("Root");

    /// <summary><c>auto</c> for Windows, else a path relative to the partition.</summary>
    public string Kernel => Section.Value("Kernel");

    /// <summary>Path of the initramfs relative to the partition; empty for Windows.</summary>
    public string Initrd => Section.Value("Initrd");

    /// <summary>Kernel parameters of the operating system.</summary>
    public string Append => Section.Value("Append");

    /// <summary>True where it starts by itself.</summary>
    public bool IsAutostart => Section.IsYes("Autostart");

    /// <summary>True for a live system that boots from an ISO file.</summary>
    public bool IsLiveIso => BaseImage.EndsWith(".iso", StringComparison.OrdinalIgnoreCase);
}
