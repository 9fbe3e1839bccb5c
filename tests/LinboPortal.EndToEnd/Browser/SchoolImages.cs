using System.Net.Http.Json;

namespace LinboPortal.EndToEnd.Browser;

/// <summary>Images as another server left them: a good one with a version and sidecars, and one whose disk is half.</summary>
internal static class SchoolImages
{
    /// <summary>Puts them into the tree and waits until the portal has found them.</summary>
    public static async Task BringAsync(string tree, PortalApi api, CancellationToken ct)
    {
        var images = Path.Combine(tree, "images");
        await SetAsync(Path.Combine(images, "win11"), "win11", "20G", ct);
        await SetAsync(Path.Combine(images, "win11", "backups", "20260801093000"), "win11", "18G", ct);
        await File.WriteAllTextAsync(Path.Combine(images, "win11", "win11.qcow2.desc"), "Windows 11 with LibreOffice\n", ct);
        await File.WriteAllTextAsync(Path.Combine(images, "win11", "win11.postsync"), "#!/bin/sh\necho \"name of this PC: $HOSTNAME\"\n", ct);
        Directory.CreateDirectory(Path.Combine(images, "half"));
        await File.WriteAllTextAsync(Path.Combine(images, "half", "half.qcow2"), "no disk\n", ct);
        using var nothing = JsonContent.Create(new { });
        await api.SendAsync(HttpMethod.Post, "api/v1/images/scan", nothing, ct);
        await Programs.UntilAsync("the portal has found both images", Wait.Limit, async () =>
            (await api.GetAsync("api/v1/images", ct)).GetProperty("total").GetInt32() == 2 ? "yes" : null, ct);
    }

    private static async Task SetAsync(string directory, string image, string size, CancellationToken ct)
    {
        Directory.CreateDirectory(directory);
        var disk = Path.Combine(directory, $"{image}.qcow2");
        await Programs.RunAsync("qemu-img", ["create", "-q", "-f", "qcow2", disk, size], ct);
        await File.WriteAllTextAsync(
            $"{disk}.info",
            $"""
            ["{image}.qcow2" Info File]
            timestamp="202608010930"
            image="{image}.qcow2"
            imagesize="{new FileInfo(disk).Length}"
            partition="/dev/nvme0n1p2"
            partitionsize="125829120"

            """,
            ct);
    }
}
