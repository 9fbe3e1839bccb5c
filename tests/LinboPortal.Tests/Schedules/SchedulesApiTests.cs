using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Hosts;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Tests.Schedules;

public sealed class SchedulesApiTests(PortalFactory portal) : IClassFixture<PortalFactory>, IAsyncLifetime
{
    private HttpClient admin = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        admin = await portal.CreateClientFor(Role.Administrator);
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        if (await db.Rooms.AnyAsync(Ct))
            return;
        var room = new Room { School = Host.DefaultSchool, Name = "r101" };
        var group = new Core.Groups.HostGroup { School = Host.DefaultSchool, Name = "lab" };
        db.AddRange(room, group, new Host { GroupId = group.Id, School = Host.DefaultSchool, Name = "r101-pc01", RoomId = room.Id, Address = IPAddress.Parse("10.0.0.1") });
        await db.SaveChangesAsync(Ct);
    }

    public ValueTask DisposeAsync()
    {
        admin.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_schedule_is_made_listed_changed_and_deleted()
    {
        using var made = await admin.PostAsJsonAsync("/api/v1/schedules", new { name = "Nachts", target = "room:r101", commands = "halt", at = "22:00", days = new[] { "Monday", "Wednesday" } }, Ct);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var schedule = await made.Content.ReadFromJsonAsync<JsonElement>(Ct);
        var (path, version) = (made.Headers.Location!.ToString(), schedule.GetProperty("version").GetString());
        Assert.Equal(["Monday", "Wednesday"], schedule.GetProperty("settings").GetProperty("days").EnumerateArray().Select(d => d.GetString()));

        var list = await admin.GetFromJsonAsync<JsonElement>("/api/v1/schedules", Ct);
        Assert.Contains(list.GetProperty("items").EnumerateArray(), s => s.GetProperty("settings").GetProperty("name").GetString() == "Nachts");
        var next = await admin.GetFromJsonAsync<JsonElement>(path + "/next?count=4", Ct);
        Assert.Equal(4, next.GetProperty("starts").GetArrayLength());

        using var blind = await admin.PutAsJsonAsync(path, new { at = "21:00" }, Ct);
        Assert.Equal(HttpStatusCode.PreconditionRequired, blind.StatusCode);
        using var changed = await admin.PutAsJsonAsync(path, new { at = "21:00", version }, Ct);
        Assert.Equal("21:00", (await changed.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("settings").GetProperty("at").GetString());
        using var stale = await admin.PutAsJsonAsync(path, new { at = "20:00", version }, Ct);
        Assert.Equal(HttpStatusCode.Conflict, stale.StatusCode);

        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync(path, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.GetAsync(path, Ct)).StatusCode);
    }

    [Fact]
    public async Task What_is_wrong_is_said_by_field_in_the_language_that_was_asked_for()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/schedules") { Content = JsonContent.Create(new { name = "", target = "room:nirgends", commands = "tanzen", at = "25 Uhr" }) };
        request.Headers.AcceptLanguage.ParseAdd("de");
        using var refused = await admin.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        var errors = (await refused.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("errors");
        Assert.Equal(["at", "commands", "name", "target"], errors.EnumerateObject().Select(e => e.Name).Order());
        Assert.Equal("„25 Uhr“ ist keine Uhrzeit; etwa 22:00.", errors.GetProperty("at")[0].GetString());
    }

    [Fact]
    public async Task Commands_that_lose_data_ask_back()
    {
        var body = new { name = "Neu", target = "room:r101", commands = "partition", at = "22:00" };
        using var asked = await admin.PostAsJsonAsync("/api/v1/schedules", body, Ct);
        Assert.Equal(HttpStatusCode.Conflict, asked.StatusCode);
        Assert.Equal("r101-pc01", (await asked.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("hosts")[0].GetString());
        using var made = await admin.PostAsJsonAsync("/api/v1/schedules", new { body.name, body.target, body.commands, body.at, confirmed = true }, Ct);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
    }

    [Theory]
    [InlineData(Role.Teacher, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)]
    [InlineData(Role.Observer, HttpStatusCode.OK, HttpStatusCode.Forbidden)]
    public async Task Schedules_are_read_by_those_who_see_the_whole_school_and_made_by_administrators(Role role, HttpStatusCode read, HttpStatusCode write)
    {
        using var client = await portal.CreateClientFor(role);
        Assert.Equal(read, (await client.GetAsync("/api/v1/schedules", Ct)).StatusCode);
        Assert.Equal(read, (await client.GetAsync("/api/v1/holidays", Ct)).StatusCode);
        Assert.Equal(write, (await client.PostAsJsonAsync("/api/v1/schedules", new { name = "x", target = "all", commands = "halt", at = "22:00" }, Ct)).StatusCode);
        Assert.Equal(write, (await client.PostAsJsonAsync("/api/v1/holidays", new { name = "x", from = "2026-12-24" }, Ct)).StatusCode);
        Assert.Equal(write, (await client.DeleteAsync($"/api/v1/holidays/{Guid.CreateVersion7()}", Ct)).StatusCode);
    }

    [Fact]
    public async Task A_calendar_is_taken_in_and_its_bad_lines_are_named()
    {
        using var file = new StringContent("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:x\nSUMMARY:Sommer\nDTSTART:20300801\nDTEND:20300901\nEND:VEVENT\nBEGIN:VEVENT\nDTSTART:gestern\nEND:VEVENT\nEND:VCALENDAR\n", Encoding.UTF8, "text/calendar");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/holidays/import") { Content = file };
        request.Headers.AcceptLanguage.ParseAdd("en");
        using var answer = await admin.SendAsync(request, Ct);
        var imported = await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
        Assert.Equal((1, "Line 9: “gestern” is no date."), (imported.GetProperty("added").GetInt32(), imported.GetProperty("problems")[0].GetString()));
        var list = await admin.GetFromJsonAsync<JsonElement>("/api/v1/holidays?from=2030-08-15", Ct);
        var holiday = Assert.Single(list.GetProperty("items").EnumerateArray());
        Assert.Equal(("Sommer", "2030-08-31"), (holiday.GetProperty("name").GetString(), holiday.GetProperty("to").GetString()));
        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync($"/api/v1/holidays/{holiday.GetProperty("id").GetString()}", Ct)).StatusCode);
    }
}
