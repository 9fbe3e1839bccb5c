using LinboPortal.Core.Images;

namespace LinboPortal.Infrastructure.Images;

/// <summary>
/// Lets one at a time change the files of an image: within this portal, and among several on the same tree.
/// </summary>
internal sealed class ImageTurns(UploadFolders folders, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits for the turn; dispose it to let the next one go.</summary>
    public async Task<IDisposable> TakeAsync(ImageName image, CancellationToken ct)
    {
        while (true)
        {
            if (TryTake(image) is { } turn)
                return turn;
            await Task.Delay(Pause, time, ct);
        }
    }

    /// <summary>The turn; null where somebody else has it.</summary>
    public IDisposable? TryTake(ImageName image) => FileLock.TryTake(Path.Combine(folders.Turns, image.Value));
}
