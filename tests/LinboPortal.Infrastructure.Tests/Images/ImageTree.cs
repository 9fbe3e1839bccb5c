using System.Buffers.Binary;
using LinboPortal.Core.Events;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Infrastructure.Processes;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;
using Files = LinboPortal.Infrastructure.LinboTree.LinboTree;

namespace LinboPortal.Infrastructure.Tests.Images;

/// <summary>A tree with images, and what reads it.</summary>
internal sealed class ImageTree : IDisposable
{
    public ImageTree(TestDatabase database, string? root = null)
    {
        Database = database;
        Tree = new Files(root ?? Folder.At("tree"), Folder.At("config"), Folder.At("logs"));
        TreeDirectories.Ensure(Tree);
        Folders = new ImageFolders(Tree);
        Reader = new ImageDirectoryReader(Folders, TimeZoneInfo.Utc);
        Scan = new ImageScan(database.Databases, Folders, Reader, Events, TimeProvider.System);
        Heard = Events.Subscribe();
    }

    public TestDatabase Database { get; }

    public TemporaryFolder Folder { get; } = new();

    public Files Tree { get; }

    public ImageFolders Folders { get; }

    public ImageDirectoryReader Reader { get; }

    public PortalEvents Events { get; } = new();

    public PortalEvents.Subscription Heard { get; }

    public ImageScan Scan { get; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A file that begins like a qcow2.</summary>
    public static byte[] Qcow2(int size = 8192, byte fill = 1, string backing = "")
    {
        var bytes = new byte[size];
        Array.Fill(bytes, fill, 4096, size - 4096);
        BinaryPrimitives.WriteUInt32BigEndian(bytes, 0x514649fb);
        bytes[7] = 3;
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(24), 1 << 20);
        if (backing.Length > 0)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), 512);
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(16), (uint)backing.Length);
            System.Text.Encoding.ASCII.GetBytes(backing, bytes.AsSpan(512));
        }

        return bytes;
    }

    /// <summary>A file that qemu-img finds good.</summary>
    public static async Task<byte[]> RealQcow2Async(int megabytes = 1, byte fill = 1)
    {
        using var folder = new TemporaryFolder();
        var raw = new byte[megabytes << 20];
        new Random(fill).NextBytes(raw);
        await File.WriteAllBytesAsync(folder.At("raw"), raw, Ct);
        await new ProgramRun("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", folder.At("raw"), folder.At("q")]).RunAsync(Ct);
        return await File.ReadAllBytesAsync(folder.At("q"), Ct);
    }

    public static string Info(string file, string timestamp, long size, string? backing = null) =>
        $"[\"{file}\" Info File]\ntimestamp=\"{timestamp}\"\nimage=\"{file}\"\nimagesize=\"{size}\"\npartition=\"/dev/sda1\"\n" +
        (backing is null ? "" : $"backingfile_timestamp=\"{backing}\"\n");

    public string At(string path) => Path.Combine(Folders.Root, path);

    public string Write(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllBytes(At(path), content);
        return At(path);
    }

    public string Write(string path, string content) => Write(path, System.Text.Encoding.Latin1.GetBytes(content));

    /// <summary>Writes a whole set.</summary>
    public void WriteSet(string directory, string file, string timestamp, byte[] content, string? backing = null)
    {
        Write($"{directory}/{file}", content);
        Write($"{directory}/{file}.info", Info(file, timestamp, content.Length, backing));
    }

    public async Task<Image?> FindAsync(string name)
    {
        await using var db = await Database.Databases.CreateDbContextAsync(Ct);
        return await db.Images.Include(i => i.Versions.OrderBy(v => v.Folder)).ThenInclude(v => v.Files.OrderBy(f => f.Name)).AsSplitQuery()
            .FirstOrDefaultAsync(i => i.Name == name, Ct);
    }

    public List<PortalEvent> TakeNews()
    {
        List<PortalEvent> news = [];
        while (Heard.Reader.TryRead(out var next))
            news.Add(next);
        return news;
    }

    public void Dispose()
    {
        Scan.Dispose();
        Heard.Dispose();
        Folder.Dispose();
    }
}
