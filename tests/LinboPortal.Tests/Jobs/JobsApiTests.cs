using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Jobs;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Tests.Jobs;

public sealed class JobsApiTests(PortalFactory portal) : IClassFixture<PortalFactory>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_is_accepted_listed_read_and_cancelled()
    {
        await SchoolAsync("a");
        var admin = await ClientAsync(Role.Administrator);
        var accepted = await admin.PostAsJsonAsync("/api/v1/jobs", new { target = "room:a", commands = "sync:1,start:1", note = "for a" }, Ct);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        var made = await JsonAsync(accepted);
        var number = made.GetProperty("number").GetInt32();
        Assert.Equal($"/api/v1/jobs/{number}", accepted.Headers.Location?.ToString());
        Assert.Equal(2, made.GetProperty("pcs").GetInt32());
        var job = (await JsonAsync(await admin.GetAsync($"/api/v1/jobs/{number}", Ct))).GetProperty("job");
        Assert.Equal(("room:a", "Queued", 2), (job.GetProperty("target").GetString(), job.GetProperty("state").GetString(), job.GetProperty("counts").GetProperty("waiting").GetInt32()));
        var list = await JsonAsync(await admin.GetAsync("/api/v1/jobs?tab=Running&search=room:a", Ct));
        Assert.Equal(number, list.GetProperty("items")[0].GetProperty("number").GetInt32());
        var runs = await JsonAsync(await admin.GetAsync($"/api/v1/jobs/{number}/runs?state=Waiting", Ct));
        Assert.Equal(["a-pc1", "a-pc2"], runs.EnumerateArray().Select(r => r.GetProperty("host").GetString()));
        Assert.Equal(HttpStatusCode.Accepted, (await admin.PostAsync($"/api/v1/jobs/{number}/runs/a-pc1/cancel", null, Ct)).StatusCode);
        Assert.Equal("Cancelled", (await JsonAsync(await admin.GetAsync($"/api/v1/jobs/{number}/runs/a-pc1", Ct))).GetProperty("state").GetString());
        Assert.Equal(HttpStatusCode.Accepted, (await admin.PostAsync($"/api/v1/jobs/{number}/cancel", null, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await admin.PostAsync($"/api/v1/jobs/{number}/cancel", null, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await admin.PostAsync($"/api/v1/jobs/{number}/duplicate", null, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.PostAsync($"/api/v1/jobs/{number}/retry", null, Ct)).StatusCode); // nothing failed
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_said_at_once_by_field_and_position()
    {
        await SchoolAsync("b");
        var admin = await ClientAsync(Role.Administrator);
        var refused = await admin.PostAsJsonAsync("/api/v1/jobs", new { target = "room:b,nowhere", commands = "sync:1,fly,start:x", betweenSeconds = 3, wakeSeconds = 99999 }, Ct);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        var problem = await JsonAsync(refused);
        Assert.Equal(["target", "commands", "wakeSeconds"], problem.GetProperty("errors").EnumerateObject().Select(e => e.Name));
        Assert.StartsWith("8: ", problem.GetProperty("errors").GetProperty("commands")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal([8, 18], problem.GetProperty("issues").EnumerateArray().Where(i => i.GetProperty("field").GetString() == "commands").Select(i => i.GetProperty("position").GetInt32()));
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.PostAsJsonAsync("/api/v1/jobs", new { }, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.PostAsJsonAsync("/api/v1/jobs", new { target = "all", commands = "sync:1", way = "Later" }, Ct)).StatusCode);
    }

    [Fact]
    public async Task What_will_be_lost_is_named_until_it_is_confirmed()
    {
        await SchoolAsync("c");
        var admin = await ClientAsync(Role.Administrator);
        var asked = await admin.PostAsJsonAsync("/api/v1/jobs", new { target = "room:c", commands = "new:1" }, Ct);
        Assert.Equal(HttpStatusCode.Conflict, asked.StatusCode);
        var problem = await JsonAsync(asked);
        Assert.Equal(["c-pc1", "c-pc2"], problem.GetProperty("hosts").EnumerateArray().Select(h => h.GetString()));
        var loss = problem.GetProperty("losses")[0];
        Assert.Equal(("Systems", "new:1", 2, "Windows"), (loss.GetProperty("thing").GetString(), loss.GetProperty("command").GetString(), loss.GetProperty("pcs").GetInt32(), loss.GetProperty("subjects")[0].GetString()));
        Assert.Contains("Windows", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Accepted, (await admin.PostAsJsonAsync("/api/v1/jobs", new { target = "room:c", commands = "new:1", confirmed = true }, Ct)).StatusCode);
    }

    [Fact]
    public async Task A_teacher_commands_the_own_rooms_without_what_loses_data_and_an_observer_looks_on()
    {
        var (own, _) = (await SchoolAsync("d"), await SchoolAsync("e"));
        var (admin, teacher, observer) = (await ClientAsync(Role.Administrator), await ClientAsync(Role.Teacher, own), await ClientAsync(Role.Observer));
        Assert.Equal(HttpStatusCode.Accepted, (await teacher.PostAsJsonAsync("/api/v1/jobs", new { target = "room:d", commands = "sync:1" }, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await teacher.PostAsJsonAsync("/api/v1/jobs", new { target = "room:e", commands = "sync:1" }, Ct)).StatusCode);
        var dangerous = await teacher.PostAsJsonAsync("/api/v1/jobs", new { target = "room:d", commands = "format", confirmed = true }, Ct);
        Assert.Equal((HttpStatusCode.Forbidden, "jobs.run.dangerous"), (dangerous.StatusCode, (await JsonAsync(dangerous)).GetProperty("permission").GetString()));
        var foreign = (await JsonAsync(await admin.PostAsJsonAsync("/api/v1/jobs", new { target = "room:e", commands = "reboot" }, Ct))).GetProperty("number").GetInt32();
        foreach (var path in new[] { "", "/runs", "/runs/e-pc1", "/runs/e-pc1/log", "/runs/e-pc1/log/text", "/runs/e-pc1/log/stream" })
            Assert.Equal(HttpStatusCode.NotFound, (await teacher.GetAsync($"/api/v1/jobs/{foreign}{path}", Ct)).StatusCode);
        foreach (var path in new[] { "/cancel", "/retry", "/duplicate", "/runs/e-pc1/cancel" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await teacher.PostAsync($"/api/v1/jobs/{foreign}{path}", null, Ct)).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await observer.PostAsync($"/api/v1/jobs/{foreign}{path}", null, Ct)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.OK, (await observer.GetAsync($"/api/v1/jobs/{foreign}/runs", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await observer.PostAsJsonAsync("/api/v1/jobs", new { target = "room:e", commands = "sync:1" }, Ct)).StatusCode);
        Assert.DoesNotContain(foreign, (await JsonAsync(await teacher.GetAsync("/api/v1/jobs", Ct))).GetProperty("items").EnumerateArray().Select(j => j.GetProperty("number").GetInt32()));
    }

    [Fact]
    public async Task A_log_is_read_in_parts_as_text_and_as_a_stream_until_the_end()
    {
        await SchoolAsync("f");
        var admin = await ClientAsync(Role.Administrator);
        var number = (await JsonAsync(await admin.PostAsJsonAsync("/api/v1/jobs", new { target = "f-pc1", commands = "sync:1,label" }, Ct))).GetProperty("number").GetInt32();
        await using (var db = await portal.Databases.CreateDbContextAsync(Ct))
        {
            var run = await db.HostRuns.AsTracking().SingleAsync(r => r.Host == "f-pc1", Ct);
            (run.State, run.EndedAt) = (RunState.Done, TimeProvider.System.GetUtcNow());
            var at = TimeProvider.System.GetUtcNow();
            db.AddRange(
                new RunOutput { RunId = run.Id, Command = 1, Offset = 0, Text = "one\n", At = at }, new RunOutput { RunId = run.Id, Command = 1, Offset = 4, Text = "zwei ü\n", At = at },
                new RunOutput { RunId = run.Id, Command = 2, Offset = 0, Text = "three\n", At = at });
            await db.SaveChangesAsync(Ct);
        }

        var log = $"/api/v1/jobs/{number}/runs/F-PC1/log";
        var part = await JsonAsync(await admin.GetAsync($"{log}?command=1&offset=0&take=1", Ct));
        Assert.Equal(("zwei ü\n", 4, true), (part.GetProperty("pieces")[0].GetProperty("text").GetString(), part.GetProperty("after").GetProperty("offset").GetInt32(), part.GetProperty("hasEnded").GetBoolean()));
        Assert.Equal("one\nzwei ü\nthree\n", await admin.GetStringAsync($"{log}/text", Ct));
        var stream = await admin.GetStringAsync($"{log}/stream", Ct);
        Assert.Equal(["output", "output", "output", "run"], stream.Split('\n').Where(l => l.StartsWith("event: ", StringComparison.Ordinal)).Select(l => l[7..]));
    }

    private async Task<HttpClient> ClientAsync(Role role, params IEnumerable<Guid> rooms)
    {
        var client = await portal.CreateClientFor(role, rooms);
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
        return client;
    }

    /// <summary>A room of that name with two PCs.</summary>
    private async Task<Guid> SchoolAsync(string room)
    {
        var (admin, id) = (await portal.CreateClientFor(Role.Administrator), Guid.Empty);
        var conf = $"[LINBO]\nServer = 127.0.0.1\nGroup = g{room}\nCache = /dev/sda2\n[Partition]\nDev = /dev/sda1\nLabel = win\nSize = 60G\nId = 7\nFSType = ntfs\n[Partition]\nDev = /dev/sda2\nLabel = cache\nId = 83\nFSType = ext4\n[OS]\nName = Windows\nBaseImage = win.qcow2\nBoot = /dev/sda1\nRoot = /dev/sda1\nKernel = auto\n";
        var group = await admin.PostAsJsonAsync("/api/v1/groups", new { name = "g" + room, startConf = conf }, Ct);
        Assert.True(group.IsSuccessStatusCode, await group.Content.ReadAsStringAsync(Ct));
        for (var i = 1; i < 3; i++)
        {
            var added = await admin.PostAsJsonAsync("/api/v1/hosts", new { name = $"{room}-pc{i}", room, group = "g" + room, macs = new[] { $"52:54:00:00:{(int)room[0]:x2}:0{i}" }, address = $"10.77.{(int)room[0]}.{i}", pxeFlag = "1" }, Ct);
            id = (await JsonAsync(added)).GetProperty("roomId").GetGuid();
        }

        return id;
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response) =>
        await response.Content.ReadFromJsonAsync<JsonElement>(Ct);
}
