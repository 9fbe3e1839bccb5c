using LinboPortal.Core.Images;

namespace LinboPortal.Infrastructure.Images.Tasks;

/// <summary>Why work on an image is refused before it begins.</summary>
/// <param name="Field">What the person gave.</param>
/// <param name="Value">As it was given.</param>
/// <param name="Reason">What is wrong with it.</param>
public sealed record TaskRefusal(string Field, string Value, RefusalReason Reason)
{
    /// <summary>Bytes that are needed, where room is missing.</summary>
    public long Needed { get; init; }

    /// <summary>Bytes that may be used, where room is missing.</summary>
    public long Free { get; init; }
}

/// <summary>What is wrong with a wish.</summary>
public enum RefusalReason
{
    /// <summary>Not an ending that an image can be made of.</summary>
    BadEnding,

    /// <summary>Not a name for an image.</summary>
    BadName,

    /// <summary>Not a size.</summary>
    BadLength,

    /// <summary>Not a SHA-256 sum.</summary>
    BadChecksum,

    /// <summary>The .info is too long, or is one of another file.</summary>
    BadInfo,

    /// <summary>What differs from a base cannot be used without the .info that says from which.</summary>
    InfoNeeded,

    /// <summary>Not enough room on the disk.</summary>
    NoSpace,

    /// <summary>There is no such image or version.</summary>
    Gone,

    /// <summary>There is one of that name.</summary>
    Taken,

    /// <summary>The set is not whole.</summary>
    NotGood,

    /// <summary>There is nothing that differs from the base.</summary>
    NoQdiff,

    /// <summary>What differs would be worth nothing on a new base.</summary>
    HasQdiff,

    /// <summary>Nothing that can be wished for.</summary>
    BadKind,

    /// <summary>The same is being done already.</summary>
    AlreadyOpen,

    /// <summary>qemu-img is not installed.</summary>
    NoQemu,

    /// <summary>The content lies in other files.</summary>
    RefersElsewhere,
}

/// <summary>Judges what somebody wants to upload.</summary>
internal static class UploadWish
{
    private const int ShaLength = 64;

    public static TaskRefusal? Check(NewWebUpload upload, Func<string, bool> isThere, out ImageName image, out ImageSource? source)
    {
        image = default;
        if (!ImageSource.TryParse(upload.File, out source))
            return new TaskRefusal("file", upload.File, RefusalReason.BadEnding);
        var name = upload.Image ?? source.Stem;
        // An image that is there may be replaced, whatever it was called in former times.
        if (!ImageName.TryParse(name, out image) || (!ImageName.TryParseNew(name, out _) && !isThere(name)))
            return new TaskRefusal(upload.Image is null ? "file" : "image", name, RefusalReason.BadName);
        if (upload.Length <= 0)
            return new TaskRefusal("length", FormattableString.Invariant($"{upload.Length}"), RefusalReason.BadLength);
        if (upload.Sha256 is { } sum && (sum.Length != ShaLength || !sum.All(char.IsAsciiHexDigit)))
            return new TaskRefusal("sha256", sum, RefusalReason.BadChecksum);
        return CheckInfo(upload, source);
    }

    private static TaskRefusal? CheckInfo(NewWebUpload upload, ImageSource source)
    {
        if (upload.Info is not { Length: > 0 } text)
            return source.Kind == ImageFileKind.Qdiff ? new TaskRefusal("info", "", RefusalReason.InfoNeeded) : null;
        if (text.Length > ImageInfo.MaxLength || text.Any(c => c > 0xff))
            return new TaskRefusal("info", FormattableString.Invariant($"{text.Length}"), RefusalReason.BadInfo);
        var info = ImageInfo.Read(text);
        // A converted file has another size than its source.
        return !ImageTimestamp.TryParse(info.Timestamp, out _) || (!source.IsConverted && info.ImageSize != upload.Length)
            ? new TaskRefusal("info", FormattableString.Invariant($"timestamp={info.Timestamp} imagesize={info.ImageSize}"), RefusalReason.BadInfo)
            : null;
    }
}
