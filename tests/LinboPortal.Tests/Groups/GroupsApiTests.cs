using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Core.Hosts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LinboPortal.Tests.Groups;

public sealed class GroupsApiTests(PortalFactory portal) : IClassFixture<PortalFactory>, IAsyncLifetime
{
    private static readonly object Linux = new { isUefi = true, hasWindows = false, hasLinux = true };
    private HttpClient admin = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => admin = await portal.CreateClientFor(Role.Administrator);

    public ValueTask DisposeAsync()
    {
        admin.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_group_is_created_listed_renamed_and_deleted()
    {
        using var events = portal.Services.GetRequiredService<PortalEvents>().Subscribe();
        using var created = await admin.PostAsJsonAsync("/api/v1/groups", new { name = "crud1", template = Linux }, Ct);
        Assert.Equal((HttpStatusCode.Created, "/api/v1/groups/crud1"), (created.StatusCode, created.Headers.Location?.ToString()));

        var list = await JsonAsync(await admin.GetAsync("/api/v1/groups?search=crud", Ct));
        var item = Assert.Single(list.GetProperty("items").EnumerateArray());
        Assert.Equal(("crud1", 1, "Ubuntu"), (item.GetProperty("name").GetString(), item.GetProperty("revision").GetInt32(), item.GetProperty("systems")[0].GetString()));

        using var renamed = await admin.PatchAsJsonAsync("/api/v1/groups/crud1", new { name = "crud2" }, Ct);
        Assert.Equal(2, (await JsonAsync(renamed)).GetProperty("revision").GetInt32());
        Assert.Contains("Group = crud2\n", await TextAsync("crud2"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.GetAsync("/api/v1/groups/crud1", Ct)).StatusCode);

        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync("/api/v1/groups/crud2", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.GetAsync("/api/v1/groups/crud2", Ct)).StatusCode);
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        Assert.Equal(["group.create", "group.rename", "group.delete"],
            await db.AuditEntries.Where(a => a.Subject.StartsWith("crud")).OrderBy(a => a.Id).Select(a => a.Action).ToListAsync(Ct));
        var told = new List<(string Group, int Revision)>();
        while (events.Reader.TryRead(out var next))
            if (next is PortalEvent.GroupUpdated { Group: var group, Revision: var revision } && group.StartsWith("crud", StringComparison.Ordinal))
                told.Add((group, revision));
        Assert.Equal([("crud1", 1), ("crud2", 2), ("crud2", 0)], told);
    }

    [Fact]
    public async Task A_text_goes_in_and_out_byte_for_byte()
    {
        await CreateAsync("bytes");
        var text = "# Größe: ☃ \t \n" + await TextAsync("bytes") + "\n[Sonstiges]\nEigenes=bleibt   # ja\n";
        using var saved = await PutAsync("bytes", text, "\"1\"");
        Assert.Equal(HttpStatusCode.OK, saved.StatusCode);

        using var read = await admin.GetAsync("/api/v1/groups/bytes/start-conf", Ct);

        Assert.Equal("text/plain; charset=utf-8", read.Content.Headers.ContentType?.ToString());
        Assert.Equal("\"2\"", read.Headers.ETag?.Tag);
        Assert.Equal(Encoding.UTF8.GetBytes(text), await read.Content.ReadAsByteArrayAsync(Ct));
    }

    [Fact]
    public async Task A_text_with_errors_is_refused_with_line_column_message_and_remedy_in_both_languages()
    {
        await CreateAsync("faulty");
        var text = (await TextAsync("faulty")).Replace("Size = 60G", "Size = viel", StringComparison.Ordinal);

        foreach (var (language, message, remedy) in new[] { ("de", "„viel“ ist keine Größe, mit der LINBO partitionieren kann.", "Eine Zahl"), ("en", "“viel” is no size that LINBO can partition with.", "A number") })
        {
            using var refused = await PutAsync("faulty", text, "\"1\"", language);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            var problem = Assert.Single((await JsonAsync(refused)).GetProperty("problems").EnumerateArray());
            Assert.Equal(("BadSize", 8), (problem.GetProperty("code").GetString(), problem.GetProperty("column").GetInt32()));
            Assert.Equal("Size = viel", text.Split('\n')[problem.GetProperty("line").GetInt32() - 1]);
            Assert.Equal(message, problem.GetProperty("message").GetString());
            Assert.StartsWith(remedy, problem.GetProperty("remedy").GetString(), StringComparison.Ordinal);
        }

        Assert.DoesNotContain("viel", await TextAsync("faulty"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_save_over_somebody_elses_is_refused_with_the_current_text()
    {
        await CreateAsync("busy");
        var text = await TextAsync("busy");
        using var first = await PutAsync("busy", text + "# first\n", "\"1\"");
        using var second = await PutAsync("busy", text + "# second\n", "\"1\"");
        using var blind = await PutAsync("busy", text, null);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.PreconditionFailed, HttpStatusCode.PreconditionRequired), (first.StatusCode, second.StatusCode, blind.StatusCode));
        var conflict = await JsonAsync(second);
        Assert.Equal((2, text + "# first\n"), (conflict.GetProperty("revision").GetInt32(), conflict.GetProperty("startConf").GetString()));
    }

    [Fact]
    public async Task Of_two_saves_at_the_same_time_one_wins_and_the_other_is_told()
    {
        await CreateAsync("race");
        var text = await TextAsync("race");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => PutAsync("race", $"{text}# {i}\n", "\"1\"")));

        Assert.Equal(1, answers.Count(a => a.StatusCode == HttpStatusCode.OK));
        Assert.Equal(7, answers.Count(a => a.StatusCode == HttpStatusCode.PreconditionFailed));
    }

    [Fact]
    public async Task Revisions_are_listed_read_and_restored_as_new_ones()
    {
        await CreateAsync("past");
        var first = await TextAsync("past");
        using var saved = await PutAsync("past", first + "# later\n", "\"1\"");

        using var restored = await admin.PostAsync("/api/v1/groups/past/revisions/1/restore", null, Ct);

        Assert.Equal(3, (await JsonAsync(restored)).GetProperty("revision").GetInt32());
        Assert.Equal(first, await TextAsync("past"));
        Assert.Equal(first + "# later\n", await admin.GetStringAsync("/api/v1/groups/past/revisions/2", Ct));
        var list = await JsonAsync(await admin.GetAsync("/api/v1/groups/past/revisions", Ct));
        Assert.Equal(["restore of 1", "", "created"], list.EnumerateArray().Select(r => r.GetProperty("note").GetString()));
        Assert.Equal(HttpStatusCode.NotFound, (await admin.GetAsync("/api/v1/groups/past/revisions/9", Ct)).StatusCode);
    }

    [Theory]
    [InlineData("../etc", HttpStatusCode.BadRequest)]
    [InlineData("", HttpStatusCode.BadRequest)]
    [InlineData("grub", HttpStatusCode.BadRequest)]
    [InlineData("a b", HttpStatusCode.BadRequest)]
    [InlineData("NAMES", HttpStatusCode.Conflict)]
    public async Task A_name_that_cannot_be_had_is_refused(string name, HttpStatusCode status)
    {
        using var names = await admin.PostAsJsonAsync("/api/v1/groups", new { name = "names" }, Ct);
        using var refused = await admin.PostAsJsonAsync("/api/v1/groups", new { name }, Ct);
        Assert.Equal(status, refused.StatusCode);
        Assert.NotEmpty((await JsonAsync(refused)).GetProperty("errors").GetProperty("name")[0].GetString()!);
    }

    [Fact]
    public async Task A_copy_has_the_text_of_its_original_under_its_own_name()
    {
        await CreateAsync("original");
        using var copy = await admin.PostAsJsonAsync("/api/v1/groups", new { name = "copy", copyOf = "original" }, Ct);
        Assert.Equal((await TextAsync("original")).Replace("Group = original", "Group = copy", StringComparison.Ordinal), await TextAsync("copy"));
    }

    [Fact]
    public async Task A_group_with_PCs_is_deleted_only_when_it_is_said_what_they_become()
    {
        await CreateAsync("full");
        await CreateAsync("other");
        var host = await AddHostAsync("full");

        using var refused = await admin.DeleteAsync("/api/v1/groups/full", Ct);
        Assert.Equal((HttpStatusCode.Conflict, 1), (refused.StatusCode, (await JsonAsync(refused)).GetProperty("hosts").GetInt32()));
        Assert.Equal(HttpStatusCode.NotFound, (await admin.DeleteAsync("/api/v1/groups/full?hosts=nobody", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync("/api/v1/groups/full?hosts=other", Ct)).StatusCode);
        Assert.Equal("other", await GroupOfAsync(host));
        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync("/api/v1/groups/other?hosts=none", Ct)).StatusCode);
        Assert.Null(await GroupOfAsync(host));
    }

    [Fact]
    public async Task A_text_is_checked_without_being_saved()
    {
        using var content = new StringContent("[LINBO]\nGroup = x\nGruop = y\n", Encoding.UTF8, "text/plain");
        var result = await JsonAsync(await admin.PostAsync("/api/v1/groups/validate?group=x", content, Ct));
        Assert.True(result.GetProperty("valid").GetBoolean());
        Assert.Contains(result.GetProperty("problems").EnumerateArray(), p => p.GetProperty("code").GetString() == "UnknownKey" && p.GetProperty("line").GetInt32() == 3);

        using var latin = new ByteArrayContent([0x23, 0xe4, 0x0a]);
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.PostAsync("/api/v1/groups/validate", latin, Ct)).StatusCode);
        using var huge = new StringContent(new string('#', 600_000));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await admin.PostAsync("/api/v1/groups/validate", huge, Ct)).StatusCode);
    }

    [Fact]
    public async Task Observers_read_and_teachers_see_no_groups()
    {
        await CreateAsync("seen");
        using var observer = await portal.CreateClientFor(Role.Observer);
        using var teacher = await portal.CreateClientFor(Role.Teacher);
        using var stranger = portal.CreateClient();
        Assert.Equal(HttpStatusCode.OK, (await observer.GetAsync("/api/v1/groups/seen/start-conf", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await observer.DeleteAsync("/api/v1/groups/seen", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await observer.PostAsync("/api/v1/tree/project", null, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await teacher.GetAsync("/api/v1/groups", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("/api/v1/groups", Ct)).StatusCode);
    }

    private async Task CreateAsync(string name)
    {
        using var created = await admin.PostAsJsonAsync("/api/v1/groups", new { name, template = Linux }, Ct);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
    }

    private Task<string> TextAsync(string group) => admin.GetStringAsync($"/api/v1/groups/{group}/start-conf", Ct);

    private async Task<HttpResponseMessage> PutAsync(string group, string text, string? match, string language = "en")
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/groups/{group}/start-conf");
        request.Content = new StringContent(text, Encoding.UTF8, "text/plain");
        request.Headers.AcceptLanguage.Add(new StringWithQualityHeaderValue(language));
        if (match is not null)
            request.Headers.IfMatch.Add(new EntityTagHeaderValue(match));
        return await admin.SendAsync(request, Ct);
    }

    private async Task<Guid> AddHostAsync(string group)
    {
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        var room = new Room { School = Host.DefaultSchool, Name = $"room-{group}" };
        var host = new Host
        {
            School = Host.DefaultSchool,
            Name = $"pc-{group}",
            RoomId = room.Id,
            GroupId = await db.Groups.Where(g => g.Name == group).Select(g => g.Id).SingleAsync(Ct),
        };
        db.AddRange(room, host);
        await db.SaveChangesAsync(Ct);
        return host.Id;
    }

    private async Task<string?> GroupOfAsync(Guid host)
    {
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        return await db.Hosts.Where(h => h.Id == host).Select(h => h.Group!.Name).SingleAsync(Ct);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync(Ct)).RootElement;
}
