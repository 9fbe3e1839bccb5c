using System.Globalization;
using System.Net;

namespace LinboPortal.Infrastructure.Images;

/// <summary>The transfer of a file to an upload, as the hook wrote it down before the first byte: <c>locks/IMAGE</c>.</summary>
/// <param name="Client">Who sends it.</param>
/// <param name="Number">Of the upload; 0 for a file that belongs to none.</param>
/// <param name="Image">Name of the upload's image file.</param>
/// <param name="Began">By the clock that files are written with.</param>
/// <param name="Basis">Inode of what lay there before; 0 for nothing.</param>
/// <param name="File">Name of the file.</param>
internal sealed record UploadTransfer(IPAddress Client, long Number, string Image, DateTimeOffset Began, ulong Basis, string File)
{
    private const string Ended = "-";

    /// <summary>Reads what the hook wrote; null where no transfer is open.</summary>
    public static UploadTransfer? Read(string path) =>
        System.IO.File.ReadAllText(path).Split(' ', StringSplitOptions.TrimEntries) is [var client, _, _, var number, var image, var began, var basis, var file]
        && file is not (Ended or "") && IPAddress.TryParse(client, out var address) && IsName(image) && IsName(file)
        && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var upload)
        && long.TryParse(began, NumberStyles.None, CultureInfo.InvariantCulture, out var nanoseconds)
        && ulong.TryParse(basis, NumberStyles.None, CultureInfo.InvariantCulture, out var inode)
            ? new UploadTransfer(address, upload, image, DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / 1000 * 10), inode, file) : null;

    /// <summary>
    /// True for a file that came whole. rsync gives it the sender's time in the same step as its name; what it gave up has the time 0, and what it
    /// keeps although its sum is wrong has the time of its writing.
    /// </summary>
    public bool IsWhole(FileFacts file) =>
        file.IsRegular && file.Identity.Inode != Basis && file.ModifiedAt != DateTimeOffset.UnixEpoch && (file.ModifiedAt < Began || file.ModifiedAt > file.ChangedAt);

    private static bool IsName(string name) => name.Length > 0 && name[0] != '.' && !name.Contains('/', StringComparison.Ordinal);
}
