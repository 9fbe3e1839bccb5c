using LinboPortal.Infrastructure.Processes;
using LinboPortal.Infrastructure.Tests.Distribution;

namespace LinboPortal.Infrastructure.Tests.Images;

/// <summary>A LINBO client that has made an image and uploads it, file by file, as <c>linbo_upload</c> does.</summary>
/// <param name="rig">The server.</param>
/// <param name="address">The client's address.</param>
/// <param name="isRegistered">False for a PC that is in no inventory.</param>
internal sealed class UploadingPc(RsyncRig rig, string address, bool isRegistered = true)
{
    public string Cache { get; } = Enter(rig, address, isRegistered);

    private static string Enter(RsyncRig rig, string address, bool isRegistered)
    {
        if (isRegistered)
            rig.Register(address);
        return Directory.CreateDirectory(rig.Folder.At("cache-" + address)).FullName;
    }

    /// <summary>Makes an image in the cache.</summary>
    public void Make(string file, string timestamp, byte[] content, string? backing = null, string? desc = null)
    {
        File.WriteAllBytes(Path.Combine(Cache, file), content);
        File.WriteAllText(Path.Combine(Cache, file + ".info"), ImageTree.Info(file, timestamp, content.Length, backing));
        if (desc is not null)
            File.WriteAllText(Path.Combine(Cache, file + ".desc"), desc);
    }

    /// <summary>Uploads the set.</summary>
    public async Task<IReadOnlyList<ProgramResult>> UploadAsync(string file)
    {
        List<ProgramResult> results = [];
        foreach (var ending in new[] { "", ".info", ".desc", ".hash", ".torrent" }.Where(e => File.Exists(Path.Combine(Cache, file + e))))
            results.Add(await SendAsync(file + ending));
        return results;
    }

    /// <summary>Sends one file.</summary>
    public Task<ProgramResult> SendAsync(string name) => SendAsync(name, $"images/{name.Split('.')[0]}/{name}");

    /// <summary>Sends one file to any path.</summary>
    public Task<ProgramResult> SendAsync(string name, string path, params string[] options) =>
        RsyncRig.RunAsync(Arguments(name, path, options), RsyncRig.Password);

    public string[] Arguments(string name, string path, params string[] options) =>
    [
        "--progress", "-Ha", "--chmod=ug=rw,o=r", "--partial", $"--address={address}", .. options, Path.Combine(Cache, name),
        $"rsync://linbo@127.0.0.1:{rig.Port}/linbo-upload/{path}",
    ];
}
