using System.Collections.Immutable;
using System.Globalization;

namespace LinboPortal.Core.Remote;

/// <summary>One command of LINBO's grammar (linbo-remote of linuxmuster-linbo7 7.4). <see cref="ToString"/> is what stands on the wire.</summary>
public abstract record LinboCommand
{
    private LinboCommand()
    {
    }

    /// <summary>The word before the first colon, for instance <c>sync</c>; also the key of the command's labels.</summary>
    public abstract string Word { get; }

    /// <summary>True where data on the PC or the server's image is lost: partition, format, new, create and upload.</summary>
    public virtual bool IsDangerous => false;

    /// <summary>True where the PC leaves LINBO, so that a lost connection is the expected end: start, reboot, halt.</summary>
    public virtual bool LeavesLinbo => false;

    /// <summary>True where images go over the network: they share the storage's limit.</summary>
    public virtual bool MovesImages => false;

    /// <summary>True where the same command a second time does no harm beyond the time it takes.</summary>
    public virtual bool IsRepeatable => !IsDangerous && !LeavesLinbo;

    /// <summary>True where the PC sends a file to the server and needs the LINBO password for it.</summary>
    public virtual bool IsUpload => false;

    /// <summary>What <c>linbo_wrapper</c> on the PC is given: one argument, a comment in it without quotation marks.</summary>
    public virtual string Argument => ToString();

    /// <summary>The program on the PC and its arguments, each to be quoted for the PC's shell.</summary>
    public virtual ImmutableArray<string> Call => ["linbo_wrapper", Argument];

    /// <summary>Kind of the image's script that is fetched from the server before it runs; null for other commands.</summary>
    public virtual string? Script => null;

    /// <summary>Partitions the disk: everything on it is lost.</summary>
    public sealed record Partition : LinboCommand
    {
        /// <inheritdoc/>
        public override string Word => "partition";

        /// <inheritdoc/>
        public override bool IsDangerous => true;

        /// <inheritdoc/>
        public override string ToString() => Word;
    }

    /// <summary>Writes the partition labels.</summary>
    public sealed record Label : LinboCommand
    {
        /// <inheritdoc/>
        public override string Word => "label";

        /// <inheritdoc/>
        public override string ToString() => Word;
    }

    /// <summary>Formats one partition (counted from 1), or all where it is null.</summary>
    public sealed record Format(int? Number) : LinboCommand
    {
        /// <inheritdoc/>
        public override string Word => "format";

        /// <inheritdoc/>
        public override bool IsDangerous => true;

        /// <inheritdoc/>
        public override string ToString() => Number is { } number ? $"{Word}:{number}" : Word;
    }

    /// <summary>Fills the cache with all images. <paramref name="Via"/> (rsync, multicast, torrent) is read by clients before 4.1 only.</summary>
    public sealed record InitCache(string? Via) : LinboCommand
    {
        /// <inheritdoc/>
        public override string Word => "initcache";

        /// <inheritdoc/>
        public override bool MovesImages => true;

        /// <inheritdoc/>
        public override string ToString() => Via is null ? Word : $"{Word}:{Via}";
    }

    /// <summary>Brings the system at a position of start.conf to the state of its image.</summary>
    public sealed record Sync(int Os) : LinboCommand
    {
        /// <inheritdoc/>
        public override string Word => "sync";

        /// <inheritdoc/>
        public override bool MovesImages => true;

        /// <inheritdoc/>
        public override string ToString() => $"{Word}:{Os}";
    }

    /// <summary>Formats the system's partition and restores the whole image.</summary>
    public sealed record New(int Os) : LinboCommand
    {
        /// <inheritdoc/>
        public override string Word => "new";

        /// <inheritdoc/>
        public override bool IsDangerous => true;

        /// <inheritdoc/>
        public override bool MovesImages => true;

        /// <inheritdoc/>
        public override string ToString() => $"{Word}:{Os}";
    }

    /// <summary>Starts the system.</summary>
    public sealed record Start(int Os) : LinboCommand
    {
        /// <inheritdoc/>
        public override string Word => "start";

        /// <inheritdoc/>
        public override bool LeavesLinbo => true;

        /// <inheritdoc/>
        public override string ToString() => $"{Word}:{Os}";
    }

    /// <summary>Runs the postsync script of the system's image.</summary>
    public sealed record PostSync(int Os) : LinboCommand
    {
        /// <inheritdoc/>
        public override string Word => "postsync";

        // The wrapper of 4.2 and older does not know it, does nothing and says 0; the program itself is there or not.

        /// <inheritdoc/>
        public override ImmutableArray<string> Call => ["linbo_postsync", Os.ToString(CultureInfo.InvariantCulture)];

        /// <inheritdoc/>
        public override string Script => "postsync";

        /// <inheritdoc/>
        public override string ToString() => $"{Word}:{Os}";
    }

    /// <summary>Runs the prestart script of the system's image.</summary>
    public sealed record PreStart(int Os) : LinboCommand
    {
        /// <inheritdoc/>
        public override string Word => "prestart";

        // The wrapper of 7.4 fails at prestart for a stray character in it.

        /// <inheritdoc/>
        public override ImmutableArray<string> Call => ["linbo_prestart", Os.ToString(CultureInfo.InvariantCulture)];

        /// <inheritdoc/>
        public override string Script => "prestart";

        /// <inheritdoc/>
        public override string ToString() => $"{Word}:{Os}";
    }

    /// <summary>Makes the system's base image in the PC's cache, in place of the one there.</summary>
    /// <param name="Os">Position of the system.</param>
    /// <param name="Comment">For the image's description; without <c>:</c>.</param>
    public sealed record CreateImage(int Os, string? Comment) : LinboCommand
    {
        /// <inheritdoc/>
        public override string Word => "create_image";

        /// <inheritdoc/>
        public override bool IsDangerous => true;

        /// <inheritdoc/>
        public override string Argument => (Comment is null ? $"{Word}:{Os}" : $"{Word}:{Os}:{Comment}") + Named(ImageName);

        /// <summary>Name of a new image, in place of the one that start.conf names (LINBO 7.4.21 and newer); null for that one.</summary>
        public string? ImageName { get; init; }

        /// <inheritdoc/>
        public override string ToString() => (Comment is null ? $"{Word}:{Os}" : $"{Word}:{Os}:{Quote(Comment)}") + Named(ImageName);
    }

    /// <summary>Makes the differential image of the system in the PC's cache.</summary>
    /// <param name="Os">Position of the system.</param>
    /// <param name="Comment">For the image's description; without <c>:</c>.</param>
    public sealed record CreateQdiff(int Os, string? Comment) : LinboCommand
    {
        /// <inheritdoc/>
        public override string Word => "create_qdiff";

        /// <inheritdoc/>
        public override bool IsDangerous => true;

        /// <inheritdoc/>
        public override string Argument => Comment is null ? $"{Word}:{Os}" : $"{Word}:{Os}:{Comment}";

        /// <inheritdoc/>
        public override string ToString() => Comment is null ? $"{Word}:{Os}" : $"{Word}:{Os}:{Quote(Comment)}";
    }

    /// <summary>Sends the base image from the PC's cache to the server.</summary>
    public sealed record UploadImage(int Os) : LinboCommand
    {
        /// <inheritdoc/>
        public override string Word => "upload_image";

        /// <inheritdoc/>
        public override bool IsDangerous => true;

        /// <inheritdoc/>
        public override bool IsUpload => true;

        /// <inheritdoc/>
        public override bool MovesImages => true;

        /// <inheritdoc/>
        public override string ToString() => $"{Word}:{Os}" + Named(ImageName);

        /// <summary>Name of the image that was made under a name of its own (LINBO 7.4.21 and newer); null for the one of start.conf.</summary>
        public string? ImageName { get; init; }
    }

    /// <summary>Sends the differential image from the PC's cache to the server.</summary>
    public sealed record UploadQdiff(int Os) : LinboCommand
    {
        /// <inheritdoc/>
        public override string Word => "upload_qdiff";

        /// <inheritdoc/>
        public override bool IsDangerous => true;

        /// <inheritdoc/>
        public override bool IsUpload => true;

        /// <inheritdoc/>
        public override bool MovesImages => true;

        /// <inheritdoc/>
        public override string ToString() => $"{Word}:{Os}";
    }

    /// <summary>Brings LINBO in the PC's cache to the server's state.</summary>
    public sealed record Update : LinboCommand
    {
        /// <inheritdoc/>
        public override string Word => "update";

        // The wrapper calls it without "force", and then it does nothing once it was done: each boot does it.

        /// <inheritdoc/>
        public override ImmutableArray<string> Call => ["linbo_update", "force"];

        /// <inheritdoc/>
        public override string ToString() => Word;
    }

    /// <summary>Restarts the PC.</summary>
    public sealed record Reboot : LinboCommand
    {
        /// <inheritdoc/>
        public override string Word => "reboot";

        /// <inheritdoc/>
        public override bool LeavesLinbo => true;

        /// <inheritdoc/>
        public override string ToString() => Word;
    }

    /// <summary>Switches the PC off.</summary>
    public sealed record Halt : LinboCommand
    {
        /// <inheritdoc/>
        public override string Word => "halt";

        /// <inheritdoc/>
        public override bool LeavesLinbo => true;

        /// <inheritdoc/>
        public override string ToString() => Word;
    }

    private static string Named(string? image) => image is null ? "" : $":{CommandLine.ImageNameWord}:{image}";

    private static string Quote(string comment) =>
        $"\"{comment.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
