using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Groups;
using LinboPortal.Core.Hosts;
using LinboPortal.Testing;

namespace LinboPortal.Tests.Boot;

public sealed class BootsApiTests(PortalFactory portal) : IClassFixture<PortalFactory>
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 7, 45, 0, TimeSpan.Zero);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Boots_of_a_host_come_in_pages_the_newest_first_and_each_with_its_steps()
    {
        var (host, runs) = await SeedAsync("api-pc1", 0x5254000a0001, 3);
        var http = await portal.CreateClientFor(Role.Observer);
        var page = await http.GetFromJsonAsync<JsonElement>("/api/v1/hosts/api-pc1/boots?pageSize=2", Ct);
        Assert.Equal((3, 1, 2), (page.GetProperty("total").GetInt32(), page.GetProperty("page").GetInt32(), page.GetProperty("pageSize").GetInt32()));
        Assert.Equal(runs.Take(2).Select(r => r.Id), page.GetProperty("items").EnumerateArray().Select(b => b.GetProperty("id").GetGuid()));
        Assert.Equal(runs[0].Steps.Sum(s => s.Bytes), page.GetProperty("items")[0].GetProperty("bytes").GetInt64());

        var boot = await http.GetFromJsonAsync<JsonElement>($"/api/v1/hosts/{host.Id}/boots/{runs[0].Id}", Ct);
        Assert.Equal(("Complete", "Ready", "uefi"), (
            boot.GetProperty("verdict").GetString(), boot.GetProperty("stage").GetString(), boot.GetProperty("firmware").GetString()));
        var steps = boot.GetProperty("steps").EnumerateArray().ToList();
        Assert.Equal(runs[0].Steps.Count, steps.Count);
        Assert.Contains(steps, s => s.GetProperty("kind").GetString() == "StartConf" && s.GetProperty("path").GetString() == "start.conf.lab1");
    }

    [Fact]
    public async Task Boots_of_another_room_do_not_exist_for_a_teacher_and_nobody_reads_without_a_token()
    {
        var (host, runs) = await SeedAsync("api-pc2", 0x5254000a0002, 1);
        var (elsewhere, _) = await SeedAsync("api-pc5", 0x5254000a0005, 1);
        var teacher = await portal.CreateClientFor(Role.Teacher, elsewhere.RoomId);
        Assert.Equal(HttpStatusCode.OK, (await teacher.GetAsync("/api/v1/hosts/api-pc5/boots", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await teacher.GetAsync("/api/v1/hosts/api-pc2/boots", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await teacher.GetAsync($"/api/v1/hosts/{host.Id}/boots/{runs[0].Id}", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await portal.CreateClient().GetAsync("/api/v1/hosts/api-pc2/boots", Ct)).StatusCode);
    }

    [Fact]
    public async Task A_boot_of_another_host_is_not_found_below_this_one()
    {
        await SeedAsync("api-pc3", 0x5254000a0003, 1);
        var (_, runs) = await SeedAsync("api-pc4", 0x5254000a0004, 1);
        var http = await portal.CreateClientFor(Role.Administrator);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync($"/api/v1/hosts/api-pc3/boots/{runs[0].Id}", Ct)).StatusCode);
    }

    private async Task<(Host Host, List<BootRun> Runs)> SeedAsync(string name, ulong mac, int boots)
    {
        _ = portal.Server; // migrates the database
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        var room = new Room { School = Host.DefaultSchool, Name = "room-" + name };
        var group = new HostGroup { School = Host.DefaultSchool, Name = "group-" + name };
        var host = new Host { School = Host.DefaultSchool, Name = name, RoomId = room.Id, GroupId = group.Id };
        host.Macs.Add(new HostMac { Mac = new MacAddress(mac) });
        List<BootRun> runs = [.. Enumerable.Range(0, boots).Select(i => new BootSamples(Start.AddHours(-i), host.Id, name, "lab1", mac).Uefi())];
        db.AddRange(room, group, host);
        db.AddRange(runs);
        await db.SaveChangesAsync(Ct);
        return (host, runs);
    }
}
