using System.Diagnostics;
using LinboPortal.Infrastructure.LinboTree;

namespace LinboPortal.Infrastructure.Tests.LinboTree;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void A_file_is_moved_to_another_disk_as_well_whole_with_its_time_and_mode()
    {
        Assert.SkipUnless(Directory.Exists("/dev/shm"), "there is no second file system");
        using var here = new TemporaryFolder();
        var there = Directory.CreateTempSubdirectory().FullName;
        var other = Path.Combine("/dev/shm", Path.GetFileName(there));
        Directory.CreateDirectory(other);
        try
        {
            var from = here.Write("image", "content");
            File.SetUnixFileMode(from, AtomicFile.Private);
            var at = new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc);
            File.SetLastWriteTimeUtc(from, at);
            File.WriteAllText(Path.Combine(other, "image"), "former");
            AtomicFile.Move(from, Path.Combine(other, "image"));
            Assert.Equal(("content", at, AtomicFile.Private, false), (File.ReadAllText(Path.Combine(other, "image")), File.GetLastWriteTimeUtc(Path.Combine(other, "image")), File.GetUnixFileMode(Path.Combine(other, "image")), File.Exists(from)));
            Assert.Single(Directory.GetFileSystemEntries(other));
        }
        finally
        {
            Directory.Delete(other, recursive: true);
            Directory.Delete(there);
        }
    }

    [Fact]
    public void The_new_content_replaces_the_old_and_everybody_may_read_it()
    {
        var path = folder.Write("grub.cfg", "old");
        AtomicFile.Write(path, "new\n");
        Assert.Equal("new\n", File.ReadAllText(path));
        Assert.Equal(AtomicFile.Public, File.GetUnixFileMode(path));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_secret_is_never_readable_for_others()
    {
        var path = folder.At("secrets");
        AtomicFile.Write(path, "linbo:x", AtomicFile.Private);
        Assert.Equal(AtomicFile.Private, File.GetUnixFileMode(path));
    }

    [Fact]
    public void A_reader_sees_old_or_new_and_nothing_between()
    {
        var path = folder.Write("f", new string('0', 100_000));
        var (stop, torn) = (false, 0);
        var reader = new Thread(() =>
        {
            while (!Volatile.Read(ref stop))
            {
                var text = File.ReadAllText(path);
                if (text.Length != 100_000 || text[0] != text[^1])
                    torn++;
            }
        })
        { IsBackground = true };
        reader.Start();
        for (var i = 1; i < 60; i++)
            AtomicFile.Write(path, new string((char)('0' + i % 10), 100_000));
        Volatile.Write(ref stop, true);
        Assert.True(reader.Join(Wait.Limit), "The reader does not end.");
        Assert.Equal(0, torn);
    }

    [Fact]
    public void A_link_is_turned_in_one_step_and_left_alone_where_it_is_right()
    {
        folder.Write("a");
        Assert.True(AtomicFile.Link(folder.At("l"), "a"));
        Assert.False(AtomicFile.Link(folder.At("l"), "a"));
        Assert.True(AtomicFile.Link(folder.At("l"), "b"));
        Assert.Equal("b", new FileInfo(folder.At("l")).LinkTarget);
    }

    [Fact]
    public void A_full_disk_leaves_the_old_file_and_nothing_else()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Mounting a small tmpfs needs root.");
        var mount = Directory.CreateDirectory(folder.At("small")).FullName;
        Run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", mount);
        try
        {
            var path = Path.Combine(mount, "start.conf.lab");
            AtomicFile.Write(path, "old");
            Assert.Throws<IOException>(() => AtomicFile.Write(path, new string('x', 200_000)));
            Assert.Equal("old", File.ReadAllText(path));
            Assert.Single(Directory.GetFileSystemEntries(mount));
        }
        finally
        {
            Run("umount", mount);
        }
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments))!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    public void Dispose() => folder.Dispose();
}
