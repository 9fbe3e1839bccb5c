using LinboPortal.Core.Images;

namespace LinboPortal.Infrastructure.Images;

/// <summary>What is known of a file's content, to be kept when the file moves to another set.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Key">Size and time of the file that it is about; empty where nothing is known.</param>
/// <param name="File">A copy of the row, as it was before.</param>
internal sealed record KnownContent(string Name, string Key, ImageFile File)
{
    public static KnownContent Of(ImageFile file) => new(
        file.Name, file.Sha256Of.Length > 0 ? file.Sha256Of : file.LookedAt,
        new ImageFile
        {
            VersionId = file.VersionId,
            Name = file.Name,
            Kind = file.Kind,
            Format = file.Format,
            VirtualSize = file.VirtualSize,
            LookedAt = file.LookedAt,
            State = file.State,
            Problem = file.Problem,
            Detail = file.Detail,
            Sha256 = file.Sha256,
            Sha256Of = file.Sha256Of,
            VerifiedAt = file.VerifiedAt,
        });

    /// <summary>Tells another row of the same content.</summary>
    public void Give(ImageFile file)
    {
        if (file.LookedAt.Length == 0 && File.LookedAt == Key)
            (file.LookedAt, file.Format, file.VirtualSize, file.Detail) = (File.LookedAt, File.Format, File.VirtualSize, File.Detail);
        if (file.Sha256 is not null || File.Sha256Of != Key)
            return;
        (file.Sha256, file.Sha256Of, file.VerifiedAt) = (File.Sha256, File.Sha256Of, File.VerifiedAt);
        if (File.State == ImageState.Damaged)
            (file.State, file.Problem, file.Detail) = (File.State, File.Problem, File.Detail);
    }
}
