using System.Text;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Boot;
using LinboPortal.Infrastructure.Distribution;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Infrastructure.Images.Tasks;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Infrastructure.Processes;
using LinboPortal.Infrastructure.Tests.Distribution;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;
using Options = Microsoft.Extensions.Options.Options;

namespace LinboPortal.Infrastructure.Tests.Images;

/// <summary>Files as they come from other servers: encrypted, under old and impossible names, in other encodings.</summary>
public sealed class HostileImageFilesTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private ImageTree tree = null!;
    private TaskRig rig = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        tree = new ImageTree(database);
        rig = new TaskRig(database, tree);
        await using var db = await database.Databases.CreateDbContextAsync(Ct);
        await db.ImageTasks.ExecuteDeleteAsync(Ct);
        await db.Images.ExecuteDeleteAsync(Ct);
    }

    public ValueTask DisposeAsync()
    {
        rig.Dispose();
        tree.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task An_encrypted_image_is_refused_as_such()
    {
        Assert.SkipWhen(new QemuImg().Program is null, "qemu-img is not installed");
        // qemu-img itself makes none on a busy machine: it measures how fast the processor is, and gives up.
        var luks = await ImageTree.RealQcow2Async();
        luks[35] = 2; // crypt_method: LUKS
        var task = await rig.UploadAsync("luks.qcow2", luks);
        Assert.Equal((ImageTaskState.Failed, ImageProblem.Encrypted, ""), (task.State, task.Problem, task.Detail));

        task = await rig.UploadAsync("disk.raw", [.. "LUKS"u8, 0xba, 0xbe, .. new byte[8186]]);
        Assert.Equal((ImageTaskState.Failed, ImageProblem.Encrypted), (task.State, task.Problem));

        tree.WriteSet("lay", "lay.qcow2", "202601010000", luks);
        await tree.Scan.RunAsync(Ct);
        Assert.Equal((ImageState.Broken, ImageProblem.Encrypted), ((await tree.FindAsync("lay"))!.State, (await tree.FindAsync("lay"))!.Problem));
    }

    [Theory]
    [InlineData("""qemu-img: Could not open 'json:{"driver": "qcow2", "file": {"driver": "file", "filename": "/srv/da'ta dir/images/.upload/tasks/01a2/set/x.qcow2"}}': Parameter 'encrypt.key-secret' is required for cipher""",
        "Could not open the file: Parameter 'encrypt.key-secret' is required for cipher")]
    [InlineData("""qemu-img: Could not open 'json:{"driver":"qcow2","file":{"filename":"/srv/linbo/images/.upload/tasks/01a2""", "Could not open the file")]
    [InlineData("qemu-img: /srv/linbo/images/x/x.qcow2: error while writing at byte 0: Input/output error", "x.qcow2: error while writing at byte 0: Input/output error")]
    [InlineData("Could not find file '/srv/linbo/images/.upload/tasks/1/set/x.qcow2'.", "Could not find file 'x.qcow2'.")]
    [InlineData("qemu-img: Image is corrupt; cannot be opened read/write", "Image is corrupt; cannot be opened read/write")]
    public void What_qemu_img_says_is_shown_without_the_servers_paths(string said, string shown) => Assert.Equal(shown, QemuImg.Plain(said));

    [Fact]
    public async Task What_is_no_image_is_told_without_the_servers_paths()
    {
        Assert.SkipWhen(new QemuImg().Program is null, "qemu-img is not installed");
        foreach (var file in new[] { "bad.vmdk", "bad.vhdx", "bad.qcow2" })
        {
            var task = await rig.UploadAsync(file, [.. "KDMV"u8, .. Enumerable.Repeat((byte)7, 70_000)]);
            Assert.Equal(ImageTaskState.Failed, task.State);
            Assert.DoesNotContain("/", task.Detail.Replace("read/write", "", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.DoesNotContain("json:", task.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_machine_account_under_its_old_name_is_closed_and_moves_with_its_version()
    {
        Assert.SkipWhen(new QemuImg().Program is null, "qemu-img is not installed");
        tree.WriteSet("x", "x.qcow2", "202601010000", await ImageTree.RealQcow2Async());
        foreach (var name in new[] { "x/x.macct", "x/x.qcow2.macct", "x/other.macct" })
            File.SetUnixFileMode(tree.Write(name, "hash"), AtomicFile.Public);
        await tree.Scan.RunAsync(Ct);
        Assert.All(Directory.GetFiles(tree.At("x"), "*.macct"), f => Assert.Equal(AtomicFile.Private, File.GetUnixFileMode(f)));

        Assert.Equal(ImageTaskState.Done, (await rig.UploadAsync("x.qcow2", await ImageTree.RealQcow2Async(1, 2))).State);
        Assert.Equal(["other.macct"], Directory.GetFiles(tree.At("x"), "*.macct").Select(f => Path.GetFileName(f)));
        var kept = Directory.GetDirectories(tree.At("x/backups")).Single();
        Assert.Equal(["x.macct", "x.qcow2.macct"], Directory.GetFiles(kept, "*.macct").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
        Assert.All(Directory.GetFiles(kept, "*.macct"), f => Assert.Equal(AtomicFile.Private, File.GetUnixFileMode(f)));

        Assert.Equal(StoreOutcome.Done, await rig.Store.RestoreAsync("x", Path.GetFileName(kept), _ => { }, Ct));
        Assert.Equal(["other.macct", "x.macct", "x.qcow2.macct"], Directory.GetFiles(tree.At("x"), "*.macct").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Image_files_that_LINBO_cannot_find_are_named_with_the_place_where_it_looks()
    {
        foreach (var name in new[] { "mit leer/mit leer.qcow2", "büro/büro.qcow2", "Upper/Upper.QCOW2", "one/two.qcow2", "one/one.qcow2", "one/one.cloop", "loose.qcow2", "tmp/parked.qcow2", ".upload/x.qcow2", "one/notes.txt" })
            tree.Write(name, "x");
        foreach (var name in new[] { "old.cloop", "old.qcow2", "linbo.iso", "old.macct" })
            tree.Folder.Write("tree/" + name, "x");

        Assert.Equal(
            [
                "images/Upper/Upper.QCOW2 BadEnding images/Upper/Upper.qcow2",
                "images/büro/büro.qcow2 BadName images/buero/buero.qcow2",
                "images/loose.qcow2 NoDirectory images/loose/loose.qcow2",
                "images/mit leer/mit leer.qcow2 BadName images/mit_leer/mit_leer.qcow2",
                "images/one/one.cloop OldFormat ",
                "images/one/two.qcow2 OtherName images/two/two.qcow2",
                "old.cloop OldFormat ",
                "old.qcow2 OldPlace images/old/old.qcow2",
            ],
            new UnusableFiles(tree.Tree).Read().Select(f => $"{f.Path} {f.Reason} {f.Wanted}"));
        Assert.Equal(AtomicFile.Private, File.GetUnixFileMode(tree.Folder.At("tree/old.macct")));
    }

    [Fact]
    public async Task Merged_and_compacted_images_keep_what_was_written_about_them()
    {
        Assert.SkipWhen(new QemuImg().Program is null, "qemu-img is not installed");
        tree.WriteSet("d", "d.qcow2", "202601010000", await ImageTree.RealQcow2Async());
        tree.Write("d/d.qcow2.desc", "2026-01-01: base\n");
        await new ProgramRun("qemu-img", ["create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", "d.qcow2", tree.At("d/d.qdiff")]).RunAsync(Ct);
        tree.Write("d/d.qdiff.info", ImageTree.Info("d.qdiff", "202601020000", new FileInfo(tree.At("d/d.qdiff")).Length, "202601010000"));
        tree.Write("d/d.qdiff.desc", "2026-01-02: browser");
        await tree.Scan.RunAsync(Ct);

        Assert.Equal(ImageTaskState.Done, (await rig.DoAsync(new ImageWish(ImageTaskKind.Merge, "d"))).State);
        Assert.Equal("2026-01-02: browser\n2026-01-01: base\n", await File.ReadAllTextAsync(tree.At("d/d.qcow2.desc"), Ct));

        byte[] wide = [0xff, 0xfe, .. Encoding.Unicode.GetBytes("wide")];
        tree.Write("d/d.qcow2.desc", wide);
        Assert.Equal(ImageTaskState.Done, (await rig.DoAsync(new ImageWish(ImageTaskKind.Compact, "d"))).State);
        Assert.Equal(wide, await File.ReadAllBytesAsync(tree.At("d/d.qcow2.desc"), Ct));
    }

    [Fact]
    public async Task A_sidecar_keeps_its_encoding_and_is_not_touched_where_the_database_says_no()
    {
        tree.WriteSet("s", "s.qcow2", "202601010000", ImageTree.Qcow2());
        await tree.Scan.RunAsync(Ct);
        Assert.True(ImagePart.TryParse("s.reg", out var part));
        byte[] wide = [0xff, 0xfe, .. Encoding.Unicode.GetBytes("Windows Registry\r\n")];
        tree.Write("s/s.reg", wide);
        Assert.Equal("Windows Registry\r\n", rig.Store.ReadSidecar(part));

        await Assert.ThrowsAnyAsync<DbUpdateException>(() => rig.Store.WriteSidecarAsync(
            part, "new", db => db.SidecarRevisions.Add(new SidecarRevision { Image = "s", File = "s.reg", Text = "\0", SavedAt = DateTimeOffset.UnixEpoch }), Ct));
        Assert.Equal(wide, await File.ReadAllBytesAsync(tree.At("s/s.reg"), Ct));

        Assert.Equal(StoreOutcome.Done, await rig.Store.WriteSidecarAsync(part, "Windows Registry\nÄ€\n", _ => { }, Ct));
        byte[] saved = [0xff, 0xfe, .. Encoding.Unicode.GetBytes("Windows Registry\r\nÄ€\r\n")];
        Assert.Equal(saved, await File.ReadAllBytesAsync(tree.At("s/s.reg"), Ct));

        byte[] latin = [0xe4, (byte)'\n'];
        tree.Write("s/s.reg", latin);
        Assert.Equal(StoreOutcome.NotInEncoding, await rig.Store.WriteSidecarAsync(part, "€", _ => { }, Ct));
        byte[] noText = [1, 0, 0, 2];
        tree.Write("s/s.reg", noText);
        Assert.Equal(StoreOutcome.NotText, await rig.Store.WriteSidecarAsync(part, "x", _ => { }, Ct));
        Assert.False(rig.Store.IsText(part));
        Assert.Equal(noText, await File.ReadAllBytesAsync(tree.At("s/s.reg"), Ct));
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("latin1")]
    public async Task A_registry_patch_says_the_domain_of_this_server_when_a_PC_fetches_it(string encoding)
    {
        await using var server = await RsyncRig.StartAsync(database);
        var code = Encoding.GetEncoding(encoding);
        byte[] Bytes(string domain) => [.. code.GetPreamble().Where(_ => encoding == "utf-16"), .. code.GetBytes(
            $"Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\Tcpip\\Parameters]\r\n\"Domain\"=\"{domain}\"\r\n\"NV Domain\"=\"{domain}\"\r\n\"Müller\"=\"x\"\r\n")];
        var path = server.Tree.PathOf("images/x/x.reg");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, Bytes("ALTESCHULE"), Ct);
        File.SetUnixFileMode(path, AtomicFile.Public | UnixFileMode.GroupWrite);

        Assert.Equal(0, (await server.GetAsync("127.0.0.5", "linbo/images/x/x.reg")).ExitCode);

        Assert.Equal(Bytes("LINUXMUSTER"), await File.ReadAllBytesAsync(server.Folder.At("got"), Ct));
        Assert.Equal(Bytes("LINUXMUSTER"), await File.ReadAllBytesAsync(path, Ct));
        Assert.Equal(AtomicFile.Public | UnixFileMode.GroupWrite, File.GetUnixFileMode(path));
        Assert.Equal(23, (await server.GetAsync("127.0.0.5", "linbo/images/x/none.reg")).ExitCode);
    }

    [Fact]
    public void The_domain_is_a_setting_and_may_be_none()
    {
        RegistryPatches Patches(string set) => new(tree.Tree, Options.Create(new LinboOptions { SambaDomain = set }), Options.Create(new DhcpOptions { Domain = "school.lan" }));
        Assert.Equal(("SCHOOL", "OTHER", ""), (Patches("").Domain, Patches("OTHER").Domain, Patches("-").Domain));
        tree.Write("x/x.reg", "\"Domain\"=\"OLD\"\n");
        Assert.False(Patches("-").Run("images/x/x.reg"));
        Assert.False(Patches("").Run("../x.reg"));
        Assert.True(Patches("").Run("/images/x/x.reg"));
        Assert.False(Patches("").Run("images/x/x.reg"));
        Assert.Equal("\"Domain\"=\"SCHOOL\"\n", File.ReadAllText(tree.At("x/x.reg")));
    }
}
