namespace LinboPortal.Core.StartConf;

/// <summary>What can be wrong in a start.conf. Each has a message in both languages under its name; {0}, {1} are the arguments.</summary>
public enum StartConfProblemCode
{
    /// <summary>A byte order mark hides the first line from clients.</summary>
    ByteOrderMark,

    /// <summary>Lines end with CR LF or CR; some clients take the CR for a part of the value.</summary>
    WindowsLineEndings,

    /// <summary>A control character. {0} its code.</summary>
    ControlCharacter,

    /// <summary>A NUL, which neither the database nor a client can hold.</summary>
    NulCharacter,

    /// <summary>The line does not start in column 0 with a letter or <c>[</c>: clients ignore it. {0} the text.</summary>
    IgnoredLine,

    /// <summary>A section's header without <c>]</c>. {0} the text.</summary>
    UnclosedSection,

    /// <summary>A section that LINBO does not know. {0} its name.</summary>
    UnknownSection,

    /// <summary>A setting above the first section. {0} its key.</summary>
    SettingOutsideSection,

    /// <summary>Neither section nor <c>Key = Value</c>. {0} the text.</summary>
    NoEqualsSign,

    /// <summary>A key that a shell cannot take for a variable's name. {0} the key.</summary>
    BadKey,

    /// <summary>A key with a character that the client's shell acts on. {0} the key.</summary>
    ShellCharacterInKey,

    /// <summary>A key that LINBO does not know. {0} key, {1} section, {2} the most similar known key, or empty.</summary>
    UnknownKey,

    /// <summary>A key that LINBO no longer reads. {0} the key.</summary>
    ObsoleteKey,

    /// <summary>A key that stands in the section already; the last one counts. {0} key, {1} line of the first.</summary>
    DuplicateKey,

    /// <summary>A <c>#</c> in a value: client, GUI and server cut it differently. {0} the key.</summary>
    HashInValue,

    /// <summary>A <c>;</c> in a value: the server's tools cut there. {0} the key.</summary>
    SemicolonInValue,

    /// <summary>A character that the client's shell would interpret. {0} key, {1} the character.</summary>
    ShellCharacter,

    /// <summary>The value leaves a quotation mark open: the client's shell takes the lines that follow for a part of it. {0} key, {1} the character.</summary>
    QuoteNotClosed,

    /// <summary>A command that the client's shell would run as root. {0} key, {1} the character that begins it.</summary>
    CommandInValue,

    /// <summary>No [LINBO] section.</summary>
    MissingLinbo,

    /// <summary>A [LINBO] section that a later one replaces.</summary>
    DuplicateLinbo,

    /// <summary>No Group. {0} the group that the file belongs to, or empty.</summary>
    MissingGroup,

    /// <summary>Group names another group. {0} what stands there, {1} the group.</summary>
    GroupMismatch,

    /// <summary>No Cache: clients boot LINBO from the network every time and keep no image.</summary>
    MissingCache,

    /// <summary>Cache is no partition of this file. {0} the device.</summary>
    CacheIsNoPartition,

    /// <summary>KernelOptions has server=, which DHCP option 54 overrides. {0} the address.</summary>
    ServerOption,

    /// <summary>A kernel parameter stands twice. {0} its name.</summary>
    DuplicateKernelOption,

    /// <summary>Not yes or no. {0} key, {1} value.</summary>
    BadYesNo,

    /// <summary>Not a number of seconds. {0} key, {1} value.</summary>
    BadNumber,

    /// <summary>Not torrent, multicast or rsync; clients take rsync. {0} value.</summary>
    BadDownloadType,

    /// <summary>Torrent is wanted, and the portal hands images out by rsync.</summary>
    TorrentByRsync,

    /// <summary>Not a language of the GUI. {0} value.</summary>
    BadLocale,

    /// <summary>Not six hexadecimal digits. {0} key, {1} value.</summary>
    BadColour,

    /// <summary>No [OS] section: clients take the file for unconfigured and keep their cached one.</summary>
    NoOperatingSystem,

    /// <summary>No [Partition] section.</summary>
    NoPartition,

    /// <summary>A partition without Dev. {0} its number.</summary>
    MissingDevice,

    /// <summary>Not a partition's device name. {0} value.</summary>
    BadDevice,

    /// <summary>Dev stands in another partition already. {0} device, {1} line of the other.</summary>
    DuplicateDevice,

    /// <summary>Not a size. {0} value.</summary>
    BadSize,

    /// <summary>A size that LINBO reads otherwise than it is written. {0} value, {1} as LINBO reads it.</summary>
    InexactSize,

    /// <summary>Only the last partition of a disk may go without Size. {0} device.</summary>
    SizeMissing,

    /// <summary>A partition type that LINBO does not know. {0} value.</summary>
    BadId,

    /// <summary>A file system that LINBO does not know. {0} value.</summary>
    BadFileSystem,

    /// <summary>Id and FSType do not go together. {0} id, {1} file system, {2} what would.</summary>
    IdAndFileSystemDiffer,

    /// <summary>No Label: GRUB then finds the partition by its number only. {0} device.</summary>
    MissingLabel,

    /// <summary>The label stands in another partition already. {0} label, {1} line of the other.</summary>
    DuplicateLabel,

    /// <summary>The label is too long for the file system. {0} label, {1} file system, {2} characters allowed.</summary>
    LabelTooLong,

    /// <summary>An OS without Name. {0} its number.</summary>
    MissingOsName,

    /// <summary>Another OS has that name. {0} name, {1} line of the other.</summary>
    DuplicateOsName,

    /// <summary>A key that linuxmuster's tools need; without it they end the list of operating systems here. {0} key, {1} OS.</summary>
    MissingOsKey,

    /// <summary>An OS without a root partition. {0} OS.</summary>
    MissingRoot,

    /// <summary>Root is no partition of this file. {0} device, {1} OS.</summary>
    RootIsNoPartition,

    /// <summary>Root is the cache. {0} device, {1} OS.</summary>
    RootIsCache,

    /// <summary>Two operating systems share Root and BaseImage. {0} this OS, {1} the other OS, {2} device.</summary>
    SameRootAndImage,

    /// <summary>Not the name of an image. {0} value.</summary>
    BadImageName,

    /// <summary>An image in the cloop format, which LINBO no longer reads. {0} value.</summary>
    CloopImage,

    /// <summary>Path of kernel or initrd starts with <c>/</c>. {0} key, {1} value.</summary>
    AbsolutePath,

    /// <summary>A kernel without initrd. {0} kernel.</summary>
    KernelWithoutInitrd,

    /// <summary>A kernel value from former times. {0} value.</summary>
    HistoricKernel,

    /// <summary>Not start, sync or new. {0} value.</summary>
    BadDefaultAction,

    /// <summary>A second OS with Autostart; only one can start. {0} this OS, {1} the other OS.</summary>
    SecondAutostart,

    /// <summary>Not the file name of an icon. {0} value.</summary>
    BadIconName,
}
