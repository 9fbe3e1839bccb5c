using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LinboPortal.Core.Accounts;
using LinboPortal.Hosts;
using LinboPortal.Infrastructure.Accounts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LinboPortal.Tests.Hosts;

/// <summary>Searches that people save, as use case and over REST.</summary>
public sealed class SavedSearchesTests(PortalFactory portal) : IClassFixture<PortalFactory>
{
    private const string Path = "/api/v1/saved-searches";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private SavedSearches Searches => portal.Services.GetRequiredService<SavedSearches>();

    [Fact]
    public async Task An_own_search_is_saved_listed_and_deleted_and_the_audit_trail_has_both()
    {
        var (account, teacher) = await TeacherAsync();
        var saved = await teacher.PostAsJsonAsync(Path, new { name = " Back row ", query = "?search=hinten+links&state=off&sort=room&page=2" }, Ct);
        Assert.Equal(HttpStatusCode.Created, saved.StatusCode);
        var search = await JsonAsync(saved);
        Assert.Equal(
            ("Back row", "search=hinten%20links&state=off", account.UserName, false, "saved:Back row"),
            (Text(search, "name"), Text(search, "query"), Text(search, "owner"), search.GetProperty("isShared").GetBoolean(), Text(search, "target")));
        // What other tests share is seen by everybody.
        Assert.Contains("Back row", await NamesAsync(teacher));
        var (_, other) = await TeacherAsync();
        Assert.DoesNotContain("Back row", await NamesAsync(other));
        Assert.Equal(HttpStatusCode.NotFound, (await other.DeleteAsync($"{Path}/{Text(search, "id")}", Ct)).StatusCode);

        Assert.Equal(HttpStatusCode.NoContent, (await teacher.DeleteAsync($"{Path}/{Text(search, "id")}", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await teacher.DeleteAsync($"{Path}/{Text(search, "id")}", Ct)).StatusCode);
        Assert.DoesNotContain("Back row", await NamesAsync(teacher));
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        Assert.Equal(
            [("search.save", "Back row"), ("search.delete", "Back row")],
            (await db.AuditEntries.Where(a => a.Person == account.UserName).OrderBy(a => a.Id).ToListAsync(Ct)).Select(a => (a.Action, a.Subject)));
    }

    [Fact]
    public async Task Sharing_and_deleting_what_is_shared_need_the_permission_to_edit_PCs()
    {
        var ((_, teacher), admin) = (await TeacherAsync(), Client(await portal.CreateAccountAsync($"a{Guid.CreateVersion7():N}", Role.Administrator)));
        var refused = await teacher.PostAsJsonAsync(Path, new { name = "For all", query = "r101", isShared = true }, Ct);
        Assert.Equal((HttpStatusCode.Forbidden, "hosts.edit"), (refused.StatusCode, Text(await JsonAsync(refused), "permission")));

        var shared = await JsonAsync(await admin.PostAsJsonAsync(Path, new { name = "For all", query = "r101", isShared = true }, Ct));
        Assert.Contains("For all", await NamesAsync(teacher));
        Assert.Equal(HttpStatusCode.Forbidden, (await teacher.DeleteAsync($"{Path}/{Text(shared, "id")}", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync($"{Path}/{Text(shared, "id")}", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await portal.CreateClient().GetAsync(Path, Ct)).StatusCode);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_said_by_field_with_the_value_and_the_remedy()
    {
        var (_, teacher) = await TeacherAsync();
        var refused = await teacher.PostAsJsonAsync(Path, new { name = "a\ab", query = "rom=r101&state=off" }, Ct);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        var errors = (await JsonAsync(refused)).GetProperty("errors");
        Assert.Equal(["name", "query"], errors.EnumerateObject().Select(e => e.Name));
        Assert.Contains("“rom=r101&state=off” is no search", errors.GetProperty("query")[0].GetString(), StringComparison.Ordinal);

        foreach (var query in new[] { "", "page=2", "state=asleep", "a b c d e f g h i", new string('x', 600) })
            Assert.Equal(HttpStatusCode.BadRequest, (await teacher.PostAsJsonAsync(Path, new { name = "q", query }, Ct)).StatusCode);
        foreach (var name in new[] { "", "  ", new string('n', 61) })
            Assert.Equal(HttpStatusCode.BadRequest, (await teacher.PostAsJsonAsync(Path, new { name, query = "r101" }, Ct)).StatusCode);

        Assert.Equal(HttpStatusCode.Created, (await teacher.PostAsJsonAsync(Path, new { name = "Lab", query = "r101" }, Ct)).StatusCode);
        var taken = await JsonAsync(await teacher.PostAsJsonAsync(Path, new { name = "LAB", query = "r102" }, Ct));
        Assert.Contains("“LAB” already: choose another name", taken.GetProperty("errors").GetProperty("name")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_eight_that_save_the_same_name_at_once_one_succeeds()
    {
        var person = new Person("eight", Permission.Of(Role.Administrator).ToHashSet(), Scope.Everything);
        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Searches.SaveAsync(person, "Once", $"r10{i}", isShared: true, Ct)));
        Assert.Single(all.OfType<SearchSaved.Done>());
        Assert.All(all.OfType<SearchSaved.Refused>(), r => Assert.Equal(SavedSearchProblem.NameTaken, Assert.Single(r.Issues).Problem));
    }

    [Fact]
    public async Task With_an_account_go_its_own_searches_and_what_it_shared_stays()
    {
        var account = await portal.CreateAccountAsync($"gone{Guid.CreateVersion7():N}", Role.Administrator);
        var (gone, admin) = (Client(account), Client(await portal.CreateAccountAsync($"b{Guid.CreateVersion7():N}", Role.Administrator)));
        await gone.PostAsJsonAsync(Path, new { name = "mine", query = "r1" }, Ct);
        await gone.PostAsJsonAsync(Path, new { name = "ours", query = "r1", isShared = true }, Ct);
        Assert.True((await admin.DeleteAsync($"/api/v1/accounts/{account.Id}", Ct)).IsSuccessStatusCode);
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        Assert.Equal(["ours"], await db.SavedSearches.Where(s => s.Owner == account.UserName).Select(s => s.Name).ToListAsync(Ct));
    }

    private async Task<(Account Account, HttpClient Client)> TeacherAsync()
    {
        var account = await portal.CreateAccountAsync($"t{Guid.CreateVersion7():N}", Role.Teacher);
        return (account, Client(account));
    }

    private HttpClient Client(Account account)
    {
        var client = portal.CreateClientFor(account);
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
        return client;
    }

    private static async Task<IEnumerable<string?>> NamesAsync(HttpClient client) =>
        (await client.GetFromJsonAsync<JsonElement>(Path, Ct)).GetProperty("items").EnumerateArray().Select(s => Text(s, "name"));

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response) => await response.Content.ReadFromJsonAsync<JsonElement>(Ct);
}
