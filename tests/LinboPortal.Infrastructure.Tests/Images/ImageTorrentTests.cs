using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Infrastructure.Images.Tasks;
using LinboPortal.Infrastructure.Processes;
using LinboPortal.Infrastructure.Tests.Distribution;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Tests.Images;

/// <summary>A PC of LINBO 7.4 with a .torrent in its cache cannot sync an image without a .hash: every image has one, always its own.</summary>
public sealed class ImageTorrentTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private ImageTree tree = null!;
    private TaskRig rig = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(new QemuImg().Program is null, "qemu-img is not installed");
        tree = new ImageTree(database);
        rig = new TaskRig(database, tree);
        await using var db = await database.Databases.CreateDbContextAsync(Ct);
        await db.ImageTasks.ExecuteDeleteAsync(Ct);
        await db.Images.ExecuteDeleteAsync(Ct);
    }

    public ValueTask DisposeAsync()
    {
        rig?.Dispose();
        tree?.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Every_new_image_comes_with_its_hash_and_the_former_one_keeps_its_own()
    {
        Assert.Equal(ImageTaskState.Done, (await rig.UploadAsync("web.qcow2", await CompressibleAsync())).State);
        var first = await HashAsync("web/web.qcow2");
        Assert.Equal(ImageTaskState.Done, (await rig.DoAsync(new ImageWish(ImageTaskKind.Compact, "web"))).State);
        Assert.NotEqual(first, await HashAsync("web/web.qcow2"));
        var former = Path.GetFileName(Directory.GetDirectories(tree.At("web/backups")).Single());
        Assert.Equal(first, await HashAsync($"web/backups/{former}/web.qcow2"));

        Assert.Equal(StoreOutcome.Done, await rig.Store.RestoreAsync("web", former, _ => { }, Ct));
        Assert.Equal(first, await HashAsync("web/web.qcow2"));

        await RawAsync("con/con.raw");
        Assert.Equal(ImageTaskState.Done, (await rig.DoAsync(new ImageWish(ImageTaskKind.Convert, "con", File: "con.raw"))).State);
        await HashAsync("con/con.qcow2");
    }

    [Fact]
    public async Task A_merged_image_has_its_hash_and_nothing_is_left_of_the_differences()
    {
        tree.WriteSet("mer", "mer.qcow2", "202601010000", await ImageTree.RealQcow2Async());
        await new ProgramRun("qemu-img", ["create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", "mer.qcow2", tree.At("mer/mer.qdiff")]).RunAsync(Ct);
        tree.Write("mer/mer.qdiff.info", ImageTree.Info("mer.qdiff", "202601020000", new FileInfo(tree.At("mer/mer.qdiff")).Length, "202601010000"));
        await MissingAsync();
        await HashAsync("mer/mer.qdiff");

        Assert.Equal(ImageTaskState.Done, (await rig.DoAsync(new ImageWish(ImageTaskKind.Merge, "mer"))).State);

        await HashAsync("mer/mer.qcow2");
        Assert.False(File.Exists(tree.At("mer/mer.qdiff.hash")));
    }

    [Fact]
    public async Task A_copy_and_a_renamed_image_have_the_hash_of_their_own_name()
    {
        Assert.Equal(ImageTaskState.Done, (await rig.UploadAsync("one.qcow2", await ImageTree.RealQcow2Async())).State);
        Assert.Equal(ImageTaskState.Done, (await rig.DoAsync(new ImageWish(ImageTaskKind.Duplicate, "one", Target: "two"))).State);
        Assert.Equal(ImageTaskState.Done, (await rig.DoAsync(new ImageWish(ImageTaskKind.Rename, "one", Target: "three"))).State);
        Assert.NotEqual(await HashAsync("two/two.qcow2"), await HashAsync("three/three.qcow2"));
    }

    [Fact]
    public async Task Images_without_a_hash_get_that_of_their_torrent_which_PCs_may_have()
    {
        tree.WriteSet("old", "old.qcow2", "202601010000", await ImageTree.RealQcow2Async());
        tree.WriteSet("old/backups/202501010000", "old.qcow2", "202501010000", await ImageTree.RealQcow2Async(1, 2));
        tree.WriteSet("none", "none.qcow2", "202601010000", await ImageTree.RealQcow2Async(1, 3));
        // As LINBO 4.x makes it, with pieces of another length.
        var torrent = Torrent("old.qcow2", await File.ReadAllBytesAsync(tree.At("old/old.qcow2"), Ct), 65536);
        tree.Write("old/old.qcow2.torrent", torrent.Bytes);

        Assert.Equal(3, await MissingAsync());

        Assert.Equal(torrent.InfoHash, await HashAsync("old/old.qcow2"));
        await HashAsync("old/backups/202501010000/old.qcow2");
        await HashAsync("none/none.qcow2");
        Assert.Equal(0, await MissingAsync());
    }

    [Fact]
    public async Task An_image_that_was_replaced_by_hand_gets_another_hash_and_one_that_was_only_copied_keeps_its_own()
    {
        tree.WriteSet("hand", "hand.qcow2", "202601010000", await ImageTree.RealQcow2Async());
        var torrent = Torrent("hand.qcow2", await File.ReadAllBytesAsync(tree.At("hand/hand.qcow2"), Ct), 65536);
        tree.Write("hand/hand.qcow2.torrent", torrent.Bytes);
        tree.Write("hand/hand.qcow2.hash", torrent.InfoHash + "\n");
        foreach (var ending in new[] { "torrent", "hash" })
            File.SetLastWriteTimeUtc(tree.At("hand/hand.qcow2." + ending), File.GetLastWriteTimeUtc(tree.At("hand/hand.qcow2")).AddHours(-1));
        Assert.Equal(1, await MissingAsync());
        Assert.Equal(torrent.InfoHash, await HashAsync("hand/hand.qcow2"));

        tree.WriteSet("hand", "hand.qcow2", "202601020000", await ImageTree.RealQcow2Async(1, 2));
        File.SetLastWriteTimeUtc(tree.At("hand/hand.qcow2"), File.GetLastWriteTimeUtc(tree.At("hand/hand.qcow2.hash")).AddHours(1));
        Assert.Equal(1, await MissingAsync());
        Assert.NotEqual(torrent.InfoHash, await HashAsync("hand/hand.qcow2"));
        Assert.Equal(0, await MissingAsync()); // its time lies in the future, and it is not read again and again
    }

    [Fact]
    public async Task A_file_that_is_still_being_copied_is_left_alone()
    {
        tree.WriteSet("half", "half.qcow2", "202601010000", await ImageTree.RealQcow2Async());
        tree.Write("half/half.qcow2", new byte[5000]);
        Assert.Equal(0, await MissingAsync());
        Assert.False(File.Exists(tree.At("half/half.qcow2.hash")));
    }

    [Fact]
    public async Task An_upload_of_LINBO_4_and_7_4_has_a_hash_at_once_and_then_that_of_the_torrent_which_the_PC_keeps()
    {
        await using var server = await RsyncRig.StartAsync(database, torrents: TaskRig.TorrentsFor("10.0.0.1"));
        await server.AddHostAsync("tor1", "127.0.9.1");
        var pc = new UploadingPc(server, "127.0.9.1");
        var content = await ImageTree.RealQcow2Async();
        pc.Make("tor.qcow2", "202601010000", content);
        Assert.All(await pc.UploadAsync("tor.qcow2"), r => Assert.Equal(0, r.ExitCode));
        var live = server.Tree.PathOf("images/tor/tor.qcow2");
        await server.Until(() => Task.FromResult(File.Exists(live + ".info")), "the image is there");
        var own = (await File.ReadAllTextAsync(live + ".hash", Ct)).Trim();
        Assert.Equal(TorrentFile.Read(await File.ReadAllBytesAsync(live + ".torrent", Ct))!.InfoHash, own);

        // 7.4 sends its .hash first; 4.x sends none.
        var torrent = Torrent("tor.qcow2", content, 65536);
        await File.WriteAllTextAsync(Path.Combine(pc.Cache, "tor.qcow2.hash"), "not to be believed", Ct);
        await File.WriteAllBytesAsync(Path.Combine(pc.Cache, "tor.qcow2.torrent"), torrent.Bytes, Ct);
        Assert.Equal(0, (await pc.SendAsync("tor.qcow2.hash")).ExitCode);
        Assert.Equal(0, (await pc.SendAsync("tor.qcow2.torrent")).ExitCode);
        await server.Until(async () => (await File.ReadAllTextAsync(live + ".hash", Ct)).Trim() == torrent.InfoHash, "the .hash is the torrent's");

        // What is no torrent of this file changes nothing.
        await File.WriteAllBytesAsync(Path.Combine(pc.Cache, "tor.qcow2.torrent"), Torrent("tor.qcow2", [.. content, 1], 65536).Bytes, Ct);
        Assert.Equal(0, (await pc.SendAsync("tor.qcow2.torrent")).ExitCode);
        await server.Until(() => Task.FromResult(Directory.GetFileSystemEntries(server.Images.Uploads.Late).Length == 0), "it is looked at");
        Assert.Equal(torrent.Bytes, await File.ReadAllBytesAsync(live + ".torrent", Ct));
        Assert.Equal(torrent.InfoHash, (await File.ReadAllTextAsync(live + ".hash", Ct)).Trim());
    }

    private static Torrent Torrent(string name, byte[] content, int pieceLength)
    {
        using var pieces = new PieceSums(pieceLength);
        pieces.Append(content);
        return LinboPortal.Core.Images.Torrent.Make("http://10.0.0.9:6969/announce", name, content.Length, pieceLength, pieces.Finish(), DateTimeOffset.UnixEpoch);
    }

    private async Task<int> MissingAsync()
    {
        var written = 0;
        Assert.Empty(await rig.Missing.RunAsync(_ => written++, Ct));
        return written;
    }

    private static async Task<byte[]> CompressibleAsync()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder.At("raw"), [.. Enumerable.Range(0, 1 << 20).Select(i => (byte)(i % 251))], Ct);
        await new ProgramRun("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", folder.At("raw"), folder.At("q")]).RunAsync(Ct);
        return await File.ReadAllBytesAsync(folder.At("q"), Ct);
    }

    private async Task RawAsync(string path)
    {
        var raw = new byte[1 << 20];
        new Random(9).NextBytes(raw);
        tree.Write(path, raw);
        await tree.Scan.RunAsync(Ct);
    }

    /// <summary>The .hash, which is one line of 40 digits and that of the .torrent beside it, which is whole.</summary>
    private async Task<string> HashAsync(string path)
    {
        var text = await File.ReadAllTextAsync(tree.At(path + ".hash"), Ct);
        Assert.Matches("^[0-9a-f]{40}\n$", text);
        var torrent = TorrentFile.Read(await File.ReadAllBytesAsync(tree.At(path + ".torrent"), Ct))!;
        Assert.Equal(text.Trim(), torrent.InfoHash);
        using var pieces = new PieceSums(torrent.PieceLength);
        pieces.Append(await File.ReadAllBytesAsync(tree.At(path), Ct));
        Assert.Equal(pieces.Finish(), torrent.Sums);
        return text.Trim();
    }
}
