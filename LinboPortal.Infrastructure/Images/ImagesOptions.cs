using System.ComponentModel.DataAnnotations;

namespace LinboPortal.Infrastructure.Images;

/// <summary>Settings of images.</summary>
public sealed class ImagesOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Images";

    /// <summary>Former versions of each image that are kept by number; empty = all.</summary>
    [Range(0, 1000, ErrorMessage = "Images:KeepLast must lie between 0 and 1000.")]
    public int? KeepLast { get; set; }

    /// <summary>Former versions that are kept by age in days; empty = all.</summary>
    [Range(0, 36500, ErrorMessage = "Images:KeepDays must lie between 0 and 36500.")]
    public int? KeepDays { get; set; }

    /// <summary>Hour of the school's day at which the rules are applied.</summary>
    [Range(0, 23, ErrorMessage = "Images:KeepHour must lie between 0 and 23.")]
    public int KeepHour { get; set; } = 3;

    /// <summary>A disk that will be full within so many days, as images have come in lately, is a warning; 0 = never.</summary>
    [Range(0, 3650, ErrorMessage = "Images:WarnDays must lie between 0 and 3650.")]
    public int WarnDays { get; set; } = 14;

    /// <summary>An upload is refused where less than this would be left on the disk.</summary>
    [Range(0, 1_000_000, ErrorMessage = "Images:ReserveMegabytes must lie between 0 and 1000000.")]
    public int ReserveMegabytes { get; set; } = 1024;

    /// <summary>Seconds between two looks at the tree for what others changed in it.</summary>
    [Range(5, 86400, ErrorMessage = "Images:ScanSeconds must lie between 5 and 86400.")]
    public int ScanSeconds { get; set; } = 60;

    /// <summary>Each image's content is compared with its checksum so often, in days; 0 = never by itself.</summary>
    [Range(0, 3650, ErrorMessage = "Images:VerifyDays must lie between 0 and 3650.")]
    public int VerifyDays { get; set; } = 30;

    /// <summary>Megabytes a second that such a comparison reads at most.</summary>
    [Range(1, 100_000, ErrorMessage = "Images:VerifyMegabytesPerSecond must lie between 1 and 100000.")]
    public int VerifyMegabytesPerSecond { get; set; } = 50;

    /// <summary>Hours after which an upload from a browser or program that does not go on is thrown away.</summary>
    [Range(1, 8760, ErrorMessage = "Images:UploadHours must lie between 1 and 8760.")]
    public int UploadHours { get; set; } = 48;

    /// <summary>Uploads that somebody starts at a PC.</summary>
    public UploadsAtPcsOptions Uploads { get; set; } = new();

    /// <summary>Tasks on images that one portal works on at the same time.</summary>
    [Range(1, 16, ErrorMessage = "Images:TasksAtOnce must lie between 1 and 16.")]
    public int TasksAtOnce { get; set; } = 2;
}
