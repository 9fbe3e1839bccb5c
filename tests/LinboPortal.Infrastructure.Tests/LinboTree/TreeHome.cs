using System.Net;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Events;
using LinboPortal.Core.Groups;
using LinboPortal.Core.Hosts;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Tree = LinboPortal.Infrastructure.LinboTree.LinboTree;

namespace LinboPortal.Infrastructure.Tests.LinboTree;

/// <summary>A tree and a database with a room, to project the one onto the other.</summary>
internal sealed class TreeHome : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly TestDatabase database;
    private readonly Room room = new() { School = Host.DefaultSchool, Name = "r101" };
    private int hosts;

    public TreeHome(TestDatabase database, string? root = null)
    {
        this.database = database;
        Tree = new Tree(root ?? folder.At("srv"), folder.At("config"), folder.At("log"));
        Directory.CreateDirectory(Tree.Root);
        Projection = NewProjection();
    }

    public Tree Tree { get; }

    public PortalEvents Events { get; } = new();

    /// <summary>How far the portal's clock is ahead: files that were written a moment ago lie still for so long.</summary>
    public TimeSpan Ahead { get; set; }

    public TreeProjection Projection { get; }

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public TreeProjection NewProjection() => new(
        Tree, new TreeSource(database.Databases, database.Source, new GrubServer(8080)), Events, new ClockAhead(this), NullLogger<TreeProjection>.Instance);

    public static string StartConf(string group, string note = "") =>
        $"# {note}\n[LINBO]\nGroup = {group}\nCache = /dev/sda2\n[Partition]\nDev = /dev/sda1\nLabel = os\nSize = 20G\nId = 83\nFSType = ext4\n"
        + "[Partition]\nDev = /dev/sda2\nLabel = cache\nId = 83\nFSType = ext4\n[OS]\nName = Ubuntu\nBaseImage = u.qcow2\nRoot = /dev/sda1\n"
        + "Kernel = boot/vmlinuz\nInitrd = boot/initrd.img\nAppend = ro\n";

    public async Task<HostGroup> AddGroupAsync(string name, string? text)
    {
        var group = new HostGroup { School = Host.DefaultSchool, Name = name, StartConf = text };
        await ChangeAsync(db => db.Groups.Add(group));
        return group;
    }

    public Task SetTextAsync(HostGroup group, string? text) => database.Databases.CreateDbContext().Groups.Where(g => g.Id == group.Id)
        .ExecuteUpdateAsync(set => set.SetProperty(g => g.StartConf, text), Ct);

    public async Task<Host> AddHostAsync(string name, HostGroup? group, string address = "DHCP", string flag = "1")
    {
        Assert.True(HostAddress.TryParse(address, out var parsed));
        var host = NewHost(name, group, parsed, flag);
        await ChangeAsync(db =>
        {
            if (!db.Rooms.Any(r => r.Id == room.Id))
                db.Rooms.Add(room);
            db.Hosts.Add(host);
        });
        return host;
    }

    /// <summary>More hosts like one, quicker than row by row.</summary>
    public Task AddManyAsync(Host like, int count) => database.Databases.CreateDbContext().Database.ExecuteSqlAsync(
        $"""
        WITH many AS (
          INSERT INTO hosts (id, school, name, room_id, group_id, address, role, pxe_flag, comment, office_key, windows_key, dhcp_options, options, created_at)
          SELECT gen_random_uuid(), school, 'many' || n, room_id, group_id, '10.1.0.0'::inet + n, role, pxe_flag, '', '', '', '', '', now()
          FROM hosts, generate_series(1, {count}) AS n WHERE id = {like.Id} RETURNING id, name)
        INSERT INTO host_macs (mac, host_id, position)
        SELECT '52:54:01' || regexp_replace(lpad(to_hex(substr(name, 5)::int), 6, '0'), '(..)', ':\1', 'g'), id, 0 FROM many
        """,
        Ct);

    private Host NewHost(string name, HostGroup? group, IPAddress? address, string flag)
    {
        var host = new Host { School = Host.DefaultSchool, Name = name, RoomId = room.Id, GroupId = group?.Id, Address = address, PxeFlag = flag };
        host.Macs.Add(new HostMac { Mac = new MacAddress(0x525400000000 + (ulong)++hosts) });
        return host;
    }

    public async Task ChangeAsync(Action<Infrastructure.Persistence.PortalDb> change)
    {
        await using var db = await database.Databases.CreateDbContextAsync(Ct);
        change(db);
        await db.SaveChangesAsync(Ct);
    }

    public Task<TreeState> RunAsync(bool isFull = true) => Projection.RunAsync(isFull, Ct);

    public string Read(string path) => File.ReadAllText(Tree.PathOf(path));

    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Tree.PathOf(path))!);
        File.WriteAllText(Tree.PathOf(path), text);
    }

    public bool Has(string path) => new FileInfo(Tree.PathOf(path)) is { Exists: true } or { LinkTarget: not null };

    public string? LinkAt(string path) => new FileInfo(Tree.PathOf(path)).LinkTarget;

    /// <summary>A kernel as short as one can be, which says so in its header.</summary>
    public static byte[] Kernel(int paragraphs = 10)
    {
        var kernel = new byte[(5 * 512) + (paragraphs * 16)];
        kernel[0x1f1] = 4;
        kernel[0x1f4] = (byte)paragraphs;
        (kernel[0x1fe], kernel[0x1ff]) = (0x55, 0xaa);
        "HdrS"u8.CopyTo(kernel.AsSpan(0x202));
        return kernel;
    }

    /// <summary>An initramfs as LINBO's own program packs it.</summary>
    public async Task<byte[]> InitramfsAsync(string packer = "xz --check=none --block-size=64KiB")
    {
        Directory.CreateDirectory(folder.At("root"));
        await File.WriteAllBytesAsync(folder.At("root/noise"), System.Security.Cryptography.RandomNumberGenerator.GetBytes(300_000), Ct);
        var outcome = await Infrastructure.Processes.ProcessRun.RunAsync("bash", ["-c", $"set -o pipefail; cd \"$1\" && find . | cpio -o -H newc --quiet | {packer} > ../packed", "-", folder.At("root")], Ct);
        Assert.Equal(0, outcome.ExitCode);
        return await File.ReadAllBytesAsync(folder.At("packed"), Ct);
    }

    public void Write(string path, byte[] content) => File.WriteAllBytes(Tree.PathOf(path), content);

    public async Task EmptyAsync() => await ChangeAsync(db =>
    {
        db.Hosts.ExecuteDelete();
        db.Groups.ExecuteDelete();
        db.Rooms.ExecuteDelete();
    });

    public void Dispose()
    {
        Projection.Dispose();
        folder.Dispose();
    }

    private sealed class ClockAhead(TreeHome home) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + home.Ahead;
    }
}
