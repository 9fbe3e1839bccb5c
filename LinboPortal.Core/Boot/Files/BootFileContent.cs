namespace LinboPortal.Core.Boot.Files;

/// <summary>What the content of a kernel or an initramfs says of itself.</summary>
public enum BootFileContent
{
    /// <summary>It ends where it says that it ends.</summary>
    Whole,

    /// <summary>It is of a format that tells its end only to who decompresses it.</summary>
    Unchecked,

    /// <summary>It ends too early, or something in it is broken.</summary>
    CutOff,

    /// <summary>It is no file of that kind.</summary>
    Foreign,
}
