using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Groups;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Images;
using LinboPortal.Core.StartConf;
using LinboPortal.Images;
using LinboPortal.Infrastructure.Processes;
using LinboPortal.Infrastructure.Remote;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Tests.Images;

/// <summary>An image of a PC on a whole portal with its rsync daemon and a client with real dropbear and rsync.</summary>
public sealed class MakeImageTests : IClassFixture<PortalFactory>, IAsyncLifetime
{
    private const string StartConf = "[LINBO]\nGroup = win\nCache = /dev/sda2\n[Partition]\nDev = /dev/sda1\nSize = 60G\nId = 7\nFSType = ntfs\n"
        + "[Partition]\nDev = /dev/sda2\nSize = 80G\nId = 83\nFSType = ext4\n"
        + "[OS]\nName = Windows\nBaseImage = win.qcow2\nBoot = /dev/sda1\nRoot = /dev/sda1\nKernel = auto\n[OS]\nName = New\nBaseImage =\nBoot = /dev/sda1\nRoot = /dev/sda1\nKernel = auto\n";

    private static readonly int Ssh = FreePort.Take();
    private static readonly int Rsync = FreePort.Take();
    private readonly PortalFactory portal;
    private DropbearClients clients = null!;
    private HttpClient admin = null!;

    public MakeImageTests(PortalFactory portal) => this.portal = portal
        .With("Jobs:Run", "true").With("Remote:Ssh:Port", Text(Ssh)).With("Distribution:Rsync:Enabled", "true").With("Distribution:Rsync:Port", Text(Rsync));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        admin = await portal.CreateClientFor(Role.Administrator);
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        var group = new HostGroup { School = Host.DefaultSchool, Name = "win", Revision = 1, StartConf = StartConf };
        var room = new Room { School = Host.DefaultSchool, Name = "lab" };
        db.AddRange(group, room);
        db.Hosts.Add(new Host { School = Host.DefaultSchool, Name = "pc1", RoomId = room.Id, GroupId = group.Id, PxeFlag = "1" });
        db.Hosts.Add(new Host { School = Host.DefaultSchool, Name = "other", RoomId = room.Id, GroupId = group.Id, PxeFlag = "1" });
        await db.SaveChangesAsync(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        admin?.Dispose();
        if (clients is not null)
            await clients.DisposeAsync();
        await using var db = await portal.Databases.CreateDbContextAsync(CancellationToken.None);
        await db.Jobs.ExecuteDeleteAsync(CancellationToken.None);
        await db.Hosts.ExecuteDeleteAsync(CancellationToken.None);
        await db.Rooms.ExecuteDeleteAsync(CancellationToken.None);
        await db.Groups.ExecuteDeleteAsync(CancellationToken.None);
        // No image of one test is the base of another.
        if (Path.Combine(portal.DataDirectory, "linbo/images/win") is var made && Directory.Exists(made))
            Directory.Delete(made, recursive: true);
        await db.Images.ExecuteDeleteAsync(CancellationToken.None);
    }

    [Fact]
    public async Task An_image_is_made_sent_checked_and_described()
    {
        await PrepareAsync();
        await SeenAsync(HostState.Linbo);
        var before = await admin.GetFromJsonAsync<JsonElement>("/api/v1/hosts/pc1/image", Ct);
        Assert.True(before.GetProperty("isPossible").GetBoolean(), before.ToString());
        Assert.Equal(["PcReady", "CacheRoomOnly", "ServerUnknown", "UsedByOthers"], Findings(before));
        using var asked = await admin.PostAsJsonAsync("/api/v1/hosts/pc1/image", new { comment = "new drivers" }, Ct);
        Assert.Equal(HttpStatusCode.Conflict, asked.StatusCode);
        Assert.Contains("win.qcow2", await asked.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);

        using var made = await admin.PostAsJsonAsync("/api/v1/hosts/pc1/image", new { comment = "new drivers", confirmed = true }, Ct);

        Assert.Equal(HttpStatusCode.Accepted, made.StatusCode);
        var number = (await made.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("number").GetInt32();
        await Wait.UntilAsync("the job is done", async () =>
            (await admin.GetFromJsonAsync<JsonElement>($"/api/v1/jobs/{number}/runs/pc1", Ct)).GetProperty("state").GetString() is var state
            && (state == "Done" || (state == "Failed" ? throw new InvalidOperationException(await admin.GetStringAsync($"/api/v1/jobs/{number}/runs/pc1/log/text", Ct)) : false)));
        await Wait.UntilAsync("the note is there", async () =>
        {
            await using var db = await portal.Databases.CreateDbContextAsync(Ct);
            return await db.ImageVersions.AnyAsync(v => v.Note == "new drivers" && v.Host == "pc1" && v.State == ImageState.Good, Ct);
        });
        Assert.Equal(
            await File.ReadAllBytesAsync(Path.Combine(clients[0].Files, "made.qcow2"), Ct),
            await File.ReadAllBytesAsync(Path.Combine(portal.DataDirectory, "linbo/images/win/win.qcow2"), Ct));
        Assert.Equal(["linbo_wrapper create_image:1:new drivers", "linbo_wrapper upload_image:1"], clients[0].Calls.Where(c => c.StartsWith("linbo_wrapper", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_PC_in_LINBO_is_asked_for_the_room_in_its_cache()
    {
        await PrepareAsync();
        await SeenAsync(HostState.Linbo);
        await KnowAsync(size: 6 << 20);
        var (size, made) = (8 << 20, new FileInfo(Path.Combine(clients[0].Files, "made.qcow2")).Length);
        var asked = Check(await admin.GetFromJsonAsync<JsonElement>("/api/v1/hosts/pc1/image", Ct), "CacheHasRoom");
        Assert.Equal(6 << 20, asked.GetProperty("needed").GetInt64());
        Assert.InRange(asked.GetProperty("there").GetInt64(), size - made - (1 << 20), size - made);

        // What it said is good for a while, whatever the image.
        await KnowAsync(size: 9 << 20);
        Check(await admin.GetFromJsonAsync<JsonElement>("/api/v1/hosts/pc1/image", Ct), "CacheHasNoRoom");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_PC_without_a_cache_says_so_and_one_that_is_silent_is_judged_by_start_conf(bool answers)
    {
        await PrepareAsync();
        await SeenAsync(HostState.Linbo);
        clients[0].CacheSize = null;
        if (!answers)
            await clients[0].PowerOffAsync();

        var sight = await admin.GetFromJsonAsync<JsonElement>("/api/v1/hosts/pc1/image", Ct);

        Assert.Equal(answers ? ["PcReady", "CacheNotMounted", "ServerUnknown", "UsedByOthers"] : ["PcReady", "CacheUnknown", "CacheNotAsked", "ServerUnknown", "UsedByOthers"], Findings(sight));
        Assert.True(sight.GetProperty("isPossible").GetBoolean());
    }

    [Fact]
    public async Task A_new_name_goes_into_the_group_and_the_PC_does_it_at_its_next_start()
    {
        await SeenAsync(HostState.Windows);
        using var asked = await admin.PostAsJsonAsync("/api/v1/hosts/pc1/image", new { system = 2, newName = "fresh", comment = "first" }, Ct);
        var question = await asked.Content.ReadAsStringAsync(Ct);
        using var made = await admin.PostAsJsonAsync("/api/v1/hosts/pc1/image", new { system = 2, newName = "fresh", comment = "first", confirmed = true }, Ct);

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Accepted), (asked.StatusCode, made.StatusCode));
        Assert.Contains("fresh.qcow2, for 2 PCs", question, StringComparison.Ordinal);
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        var group = await db.Groups.SingleAsync(g => g.Name == "win", Ct);
        Assert.Equal(["win.qcow2", "fresh.qcow2"], StartConfReader.Read(group.StartConf!).OperatingSystems.Select(o => o.BaseImage));
        Assert.Equal(2, group.Revision);
        var job = await db.Jobs.OrderByDescending(j => j.Number).FirstAsync(Ct);
        Assert.Equal(("create_image:2:\"first\",upload_image:2", Core.Jobs.JobWay.OnBoot, (TimeSpan?)null, true), (job.Commands, job.Way, job.Wake, job.NoAuto));
        Assert.True(await db.AuditEntries.AnyAsync(a => a.Action == "group.save" && a.Subject == "win", Ct));
    }

    [Fact]
    public async Task What_stands_against_it_is_said_and_nothing_is_made()
    {
        await SeenAsync(HostState.Linbo);
        using var noName = await admin.PostAsJsonAsync("/api/v1/hosts/pc1/image", new { system = 2, confirmed = true }, Ct);
        using var badComment = await admin.PostAsJsonAsync("/api/v1/hosts/pc1/image", new { comment = "a:b", confirmed = true }, Ct);
        using var noBase = await admin.PostAsJsonAsync("/api/v1/hosts/other/image", new { qdiff = true, confirmed = true }, Ct);
        using var gone = await admin.PostAsJsonAsync("/api/v1/hosts/nobody/image", new { confirmed = true }, Ct);
        using var teacher = await portal.CreateClientFor(Role.Teacher);
        using var forbidden = await teacher.PostAsJsonAsync("/api/v1/hosts/pc1/image", new { confirmed = true }, Ct);

        Assert.Contains("NoName", await noName.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        Assert.Equal(
            (HttpStatusCode.Conflict, HttpStatusCode.BadRequest, HttpStatusCode.NotFound, HttpStatusCode.Forbidden),
            (noName.StatusCode, badComment.StatusCode, gone.StatusCode, forbidden.StatusCode));
        Assert.Equal(HttpStatusCode.Conflict, noBase.StatusCode);
    }

    [Theory]
    [InlineData("de")]
    [InlineData("en")]
    public void Every_finding_has_its_sentence(string language)
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo(language);
        var text = portal.Services.GetRequiredService<IStringLocalizer<ImageCareText>>();
        Assert.DoesNotContain(Enum.GetNames<MakingFinding>(), n => text["Finding." + n].ResourceNotFound);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<string> Findings(JsonElement sight) => sight.GetProperty("checks").EnumerateArray().Select(c => c.GetProperty("finding").GetString()!);

    private static JsonElement Check(JsonElement sight, string finding) =>
        Assert.Single(sight.GetProperty("checks").EnumerateArray(), c => c.GetProperty("finding").GetString() == finding);

    /// <summary>The catalogue knows an image of that size.</summary>
    private async Task KnowAsync(long size)
    {
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        await db.Images.ExecuteDeleteAsync(Ct);
        var image = new Image { Name = "win", Size = size };
        var version = new ImageVersion { ImageId = image.Id, Folder = "", MadeAt = DateTimeOffset.UnixEpoch, Size = size };
        version.Files.Add(new ImageFile { VersionId = version.Id, Name = "win.qcow2", Kind = ImageFileKind.Qcow2, Size = size });
        image.Versions.Add(version);
        db.Images.Add(image);
        await db.SaveChangesAsync(Ct);
    }

    private async Task SeenAsync(HostState state)
    {
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        var host = await db.Hosts.SingleAsync(h => h.Name == "pc1", Ct);
        await db.HostStatuses.Where(s => s.HostId == host.Id).ExecuteDeleteAsync(Ct);
        db.HostStatuses.Add(new HostStatus { HostId = host.Id, State = state });
        await db.SaveChangesAsync(Ct);
    }

    /// <summary>A script in place of LINBO's: the image lies ready, and goes to the server as LINBO sends it.</summary>
    private async Task PrepareAsync()
    {
        Assert.SkipWhen(DropbearClients.WhyNot is not null, DropbearClients.WhyNot ?? "");
        Assert.SkipWhen(Programs.Find("qemu-img") is null || Programs.Find("rsync") is null, "qemu-img or rsync is not installed");
        var key = portal.Services.GetRequiredService<InstallationKey>();
        clients = await DropbearClients.StartAsync(1, key.PublicLine, Ct, port: Ssh, config: Path.GetDirectoryName(key.PrivatePath));
        await using (var db = await portal.Databases.CreateDbContextAsync(Ct))
            await db.Hosts.Where(h => h.Name == "pc1").ExecuteUpdateAsync(h => h.SetProperty(x => x.Address, clients[0].Address), Ct);
        var image = Path.Combine(clients[0].Files, "made.qcow2");
        await new ProgramRun("qemu-img", ["create", "-q", "-f", "qcow2", image, "8M"]).RunAsync(Ct);
        clients[0].CacheSize = "8m";
        clients[0].Script = $$"""
            case $1 in
              create_image:1:*)
                mkdir -p /client/cache && cp /client/made.qcow2 /client/cache/win.qcow2
                size=$(stat -c %s /client/cache/win.qcow2)
                printf '["win.qcow2" Info File]\ntimestamp="202611251200"\nimage="win.qcow2"\nimagesize="%s"\n' "$size" > /client/cache/win.qcow2.info
                printf '2026-11-25 12:00: %s\n' "${1#create_image:1:}" > /client/cache/win.qcow2.desc ;;
              upload_image:1)
                read -r line < /tmp/rsyncd.secrets
                export RSYNC_PASSWORD="${line#*:}"
                for f in win.qcow2 win.qcow2.info win.qcow2.desc; do
                  rsync --progress -Ha --chmod=ug=rw,o=r --partial --address={{clients[0].Address}} /client/cache/$f \
                    rsync://linbo@127.0.0.1:{{Rsync}}/linbo-upload/images/win/$f || exit 1
                done ;;
            esac
            """;
    }
}
