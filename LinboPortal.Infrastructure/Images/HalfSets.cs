using System.Globalization;
using System.Net;
using LinboPortal.Core.Images;

namespace LinboPortal.Infrastructure.Images;

/// <summary>Ends what hooks began that were killed while they put image and .info together. The caller keeps the hooks away.</summary>
internal static class HalfSets
{
    /// <summary>Makes sets of all that belongs together; the rest waits as before.</summary>
    public static void Mend(UploadFolders folders, DateTimeOffset now)
    {
        foreach (var half in Directory.GetDirectories(folders.Sets, ".*"))
            End(folders, half);
        foreach (var arrived in Directory.GetDirectories(folders.Arrived))
        {
            foreach (var info in Directory.GetFiles(arrived, $"*.{ImageSidecar.Info}"))
                Gather(folders, arrived, Path.GetFileNameWithoutExtension(info), now);
        }
    }

    private static void End(UploadFolders folders, string half)
    {
        var name = Path.GetFileName(half)[1..];
        var files = Directory.GetFiles(half);
        if (files.Length == 2)
        {
            Directory.Move(half, Path.Combine(folders.Sets, name));
            return;
        }

        var arrived = Directory.CreateDirectory(Path.Combine(folders.Arrived, name.Split(',')[0])).FullName;
        foreach (var file in files)
            File.Move(file, Path.Combine(arrived, Path.GetFileName(file)), overwrite: true);
        Directory.Delete(half, recursive: true);
    }

    private static void Gather(UploadFolders folders, string arrived, string image, DateTimeOffset now)
    {
        var name = Path.GetFileName(arrived);
        if (!File.Exists(Path.Combine(arrived, image)))
            return;
        var nanoseconds = (now - DateTimeOffset.UnixEpoch).Ticks * 100;
        var set = string.Create(CultureInfo.InvariantCulture, $"{name},{nanoseconds},{Client(Path.Combine(folders.Locks, name))}");
        var half = Directory.CreateDirectory(Path.Combine(folders.Sets, "." + set)).FullName;
        foreach (var file in new[] { image, $"{image}.{ImageSidecar.Info}" })
            File.Move(Path.Combine(arrived, file), Path.Combine(half, file));
        Directory.Move(half, Path.Combine(folders.Sets, set));
    }

    /// <summary>The PC that holds the lock, or held it last.</summary>
    private static IPAddress Client(string lockFile) =>
        File.Exists(lockFile) && IPAddress.TryParse(File.ReadAllText(lockFile).Split(' ')[0], out var client) ? client : IPAddress.Any;
}
