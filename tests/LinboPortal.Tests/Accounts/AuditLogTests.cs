using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using LinboPortal.Accounts.Audit;
using LinboPortal.Core.Accounts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Tests.Accounts;

public sealed class AuditLogTests(PortalFactory portal) : IClassFixture<PortalFactory>, IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2031, 3, 14, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await using var db = await portal.Databases.CreateDbContextAsync(CancellationToken.None);
        await db.AuditEntries.ExecuteDeleteAsync(CancellationToken.None);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("de")]
    [InlineData("en")]
    public void Every_action_has_a_sentence_with_its_person_and_object(string language)
    {
        using var _ = new Language(language);
        var text = portal.Services.GetRequiredService<IStringLocalizer<AuditText>>();

        Assert.DoesNotContain(AuditActions.All, a => text[$"Action.{a}"].ResourceNotFound);
        Assert.DoesNotContain(AuditActions.All, a => a is not (AuditActions.ImageKeepDefault or AuditActions.ImagesWindowClose)
            && !(text.SentenceOf(Entry(a, "anna", "thing")) is var said && said.Contains("anna", StringComparison.Ordinal) && said.Contains("thing", StringComparison.Ordinal) && !said.Contains('\u0001')));
    }

    [Theory]
    [InlineData("de", AuditActions.HostUpdate, "r1-pc1", """{"room":{"from":"r1","to":"r2"}}""", "anna hat den PC r1-pc1 geändert.", "Raum: r1 → r2")]
    [InlineData("en", AuditActions.HostUpdate, "r1-pc1", """{"room":{"from":"r1","to":"r2"}}""", "anna changed the PC r1-pc1.", "room: r1 → r2")]
    [InlineData("en", AuditActions.AccountUpdate, "vera", """{"role":"Teacher","rooms":[]}""", "anna changed the account vera.", "role: Teacher")]
    [InlineData("de", AuditActions.AccountUpdate, "vera", """{"role":"Teacher"}""", "anna hat das Konto vera geändert.", "Rolle: Lehrkraft")]
    [InlineData("en", AuditActions.JobCreate, "room:r101", """{"commands":"sync:1","way":"OnBoot","pcs":3}""", "anna gave a command to room r101.", "commands: sync:1|way: at the next boot|PCs: 3")]
    [InlineData("de", AuditActions.TerminalClose, "pc1", """{"seconds":90,"end":"Idle"}""", "Das Terminal von anna auf dem PC pc1 wurde geschlossen.", "Dauer: *|Ende: geschlossen, weil niemand tippte")]
    [InlineData("en", AuditActions.HolidayCreate, "Easter", """{"from":"2031-04-07","to":"2031-04-19"}""", "anna added the holidays Easter.", "from: 7 Apr 2031|to: 19 Apr 2031")]
    [InlineData("en", AuditActions.GroupRestore, "win11", """{"revision":7,"note":"restore of 3"}""", "anna restored the start.conf of the group win11.", "revision: 7|note: revision 3 restored")]
    [InlineData("en", AuditActions.ScheduleUpdate, "Nightly", """{"from":{"Name":"Nightly","At":"22:00","Days":31},"to":{"Name":"Nightly","At":"23:00","Days":3}}""", "anna changed the schedule Nightly.", "time: 22:00 → 23:00|days: Mon Tue Wed Thu Fri → Mon Tue")]
    [InlineData("en", "thing.unknown", "pc1", """[1,"two",null]""", "anna: thing.unknown (pc1)", "1, two, empty")]
    public void An_entry_reads_as_a_sentence_with_what_changed(string language, string action, string subject, string details, string sentence, string facts)
    {
        using var _ = new Language(language);
        var text = portal.Services.GetRequiredService<IStringLocalizer<AuditText>>();
        var entry = Entry(action, "anna", subject, details);

        Assert.Equal(sentence, text.SentenceOf(entry));
        var said = text.DetailsOf(entry);
        var expected = facts.Split('|');
        Assert.Equal(expected.Length, said.Count);
        Assert.All(expected.Zip(said), pair => Assert.True(pair.First == pair.Second || (pair.First.EndsWith('*') && pair.Second.StartsWith(pair.First[..^1], StringComparison.Ordinal)), pair.Second));
    }

    [Theory]
    [InlineData("en", "q=changed", "pc1 pc2 vera Nightly")]
    [InlineData("de", "q=ge%C3%A4ndert", "pc1 pc2 vera Nightly")]
    [InlineData("de", "q=Ge%C3%84NDERT+raum", "pc1")]
    [InlineData("en", "q=changed+comment", "pc2")]
    [InlineData("en", "q=room:+r2", "pc1")]
    [InlineData("en", "q=next+boot", "all")]
    [InlineData("de", "q=beim+n%C3%A4chsten+Start", "all")]
    [InlineData("de", "q=Lehrkraft", "vera")]
    [InlineData("en", "q=Teacher", "vera")]
    [InlineData("en", "q=all+PCs", "all")]
    [InlineData("en", "q=22:00", "Nightly")]
    [InlineData("en", "q=mail", "")] // the schedule has an address, but that is not what changed
    [InlineData("en", "q=days", "Nightly")]
    [InlineData("en", "q=anna", "vera")]
    [InlineData("en", "q=100%25", "odd_100%")]
    [InlineData("en", "q=d_1", "odd_100%")]
    [InlineData("en", "q=%5C", "")]
    [InlineData("en", "q=%00", "")]
    [InlineData("en", "q=host.update", "")] // a name that the page does not show
    [InlineData("en", "q=thing.unknown", "odd_100%")]
    [InlineData("en", "search=host.update", "pc1 pc2")]
    [InlineData("en", "search=VERA", "vera")]
    [InlineData("en", "person=ANNA", "vera")]
    [InlineData("en", "person=ann", "")]
    [InlineData("en", "subject=pc", "pc1 pc2")]
    [InlineData("en", "action=host", "pc1 pc2")]
    [InlineData("en", "action=account.update", "vera")]
    [InlineData("en", "from=2031-03-14T12:01:00Z&to=2031-03-14T14:03:00%2B02:00", "pc2 vera")]
    [InlineData("en", "q=+:+,", "pc1 pc2 vera all Nightly odd_100%")]
    public async Task The_log_is_searched_in_the_words_that_it_shows(string language, string query, string subjects)
    {
        await AddAsync(
            Entry(AuditActions.HostUpdate, "bert", "pc1", """{"room":{"from":"r1","to":"r2"}}"""),
            Entry(AuditActions.HostUpdate, "bert", "pc2", """{"comment":{"from":"","to":"beamer"}}"""),
            Entry(AuditActions.AccountUpdate, "anna", "vera", """{"role":"Teacher","disabled":false}"""),
            Entry(AuditActions.JobCreate, "bert", "all", """{"commands":"sync:1","way":"OnBoot"}"""),
            Entry(AuditActions.ScheduleUpdate, "bert", "Nightly", """{"from":{"At":"22:00","Days":31,"Mail":"a@b.example"},"to":{"At":"23:00","Days":3,"Mail":"a@b.example"}}"""),
            Entry("thing.unknown", "bert", "odd_100%", """["plain"]"""));
        using var admin = await portal.CreateClientFor(Role.Administrator);
        admin.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);

        var found = await admin.GetFromJsonAsync<JsonElement>($"/api/v1/audit?{query}", Ct);

        var expected = subjects.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(expected.Reverse(), found.GetProperty("items").EnumerateArray().Select(a => a.GetProperty("subject").GetString()));
        Assert.Equal(expected.Length, found.GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task The_api_keeps_its_fields_and_adds_the_sentence()
    {
        await AddAsync(Entry(AuditActions.HostUpdate, "bert", "pc1", """{"room":{"from":"r1","to":"r2"}}"""));
        using var admin = await portal.CreateClientFor(Role.Administrator);
        admin.DefaultRequestHeaders.AcceptLanguage.ParseAdd("de");

        var entry = (await admin.GetFromJsonAsync<JsonElement>("/api/v1/audit", Ct)).GetProperty("items")[0];

        Assert.Equal(
            ("bert", "host.update", "pc1", "r2", Noon),
            (entry.GetProperty("person").GetString(), entry.GetProperty("action").GetString(), entry.GetProperty("subject").GetString(),
             JsonDocument.Parse(entry.GetProperty("details").GetString()!).RootElement.GetProperty("room").GetProperty("to").GetString(), entry.GetProperty("at").GetDateTimeOffset()));
        Assert.Equal("bert hat den PC pc1 geändert.", entry.GetProperty("sentence").GetString());
        Assert.Equal("Raum: r1 → r2", entry.GetProperty("facts")[0].GetString());
    }

    [Fact]
    public async Task Thousands_of_entries_are_paged_and_exported_in_whole_and_each_once()
    {
        const int Many = 2_345;
        await AddAsync([.. Enumerable.Range(0, Many).Select(i => Entry(AuditActions.HostCreate, "bert", $"pc{i}", """{"room":"r1"}""", Noon.AddSeconds(i / 10)))]);
        using var admin = await portal.CreateClientFor(Role.Administrator);
        admin.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");

        List<string?> seen = [];
        for (var page = 1; ; page++)
        {
            var answer = await admin.GetFromJsonAsync<JsonElement>($"/api/v1/audit?q=added&take=500&page={page}", Ct);
            Assert.Equal(Many, answer.GetProperty("total").GetInt32());
            if (answer.GetProperty("items").GetArrayLength() == 0)
                break;
            seen.AddRange(answer.GetProperty("items").EnumerateArray().Select(a => a.GetProperty("subject").GetString()));
        }

        Assert.Equal((Many, Many), (seen.Count, seen.Distinct().Count()));
        var lines = (await admin.GetStringAsync("/api/v1/audit.csv?q=added", Ct)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(seen, lines.Skip(1).Select(l => l.Split(';')[3].Trim('"')));
        Assert.Equal(0, (await admin.GetFromJsonAsync<JsonElement>($"/api/v1/audit?page={int.MaxValue}", Ct)).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task The_csv_speaks_the_readers_language_and_holds_no_formula()
    {
        await AddAsync(Entry(AuditActions.RoomCreate, "bert", "=HYPERLINK(\"http://x.example\")"), Entry(AuditActions.RoomCreate, "@bert", "a;\"b\"\r\nc"));
        using var admin = await portal.CreateClientFor(Role.Administrator);
        admin.DefaultRequestHeaders.AcceptLanguage.ParseAdd("de");

        using var answer = await admin.GetAsync("/api/v1/audit.csv", Ct);
        var bytes = await answer.Content.ReadAsByteArrayAsync(Ct);

        Assert.Equal(("text/csv", "audit.csv"), (answer.Content.Headers.ContentType!.MediaType, answer.Content.Headers.ContentDisposition!.FileName!.Trim('"')));
        Assert.Equal(Encoding.UTF8.Preamble.ToArray(), bytes[..3]); // office programs know the letters by it
        Assert.Equal(
            "\"Zeit\";\"Person\";\"Was\";\"Objekt\";\"Details\";\"Aktion\"\r\n"
            + "\"2031-03-14 12:01:00Z\";\"'@bert\";\"'@bert hat den Raum a;\"\"b\"\"\r\nc angelegt.\";\"a;\"\"b\"\"\r\nc\";\"\";\"room.create\"\r\n"
            + "\"2031-03-14 12:00:00Z\";\"bert\";\"bert hat den Raum =HYPERLINK(\"\"http://x.example\"\") angelegt.\";\"'=HYPERLINK(\"\"http://x.example\"\")\";\"\";\"room.create\"\r\n",
            Encoding.UTF8.GetString(bytes[3..]));
    }

    [Theory]
    [InlineData(Role.Teacher)]
    [InlineData(Role.Observer)]
    public async Task Who_may_not_read_it_gets_neither_list_nor_csv(Role role)
    {
        using var client = await portal.CreateClientFor(role);
        foreach (var address in new[] { "/api/v1/audit", "/api/v1/audit?q=x", "/api/v1/audit.csv" })
        {
            using var answer = await client.GetAsync(address, Ct);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }
    }

    private static AuditEntry Entry(string action, string person, string subject, string? details = null, DateTimeOffset? at = null) =>
        new() { At = at ?? Noon, Person = person, Action = action, Subject = subject, Details = details };

    // A minute between entries that say no time of their own, so that their order is certain.
    private async Task AddAsync(params AuditEntry[] entries)
    {
        await using var db = await portal.Databases.CreateDbContextAsync(Ct);
        db.AuditEntries.AddRange(entries.Select((e, i) => e.At != Noon ? e : Entry(e.Action, e.Person, e.Subject, e.Details, Noon.AddMinutes(entries.Length > 100 ? 0 : i))));
        await db.SaveChangesAsync(Ct);
    }

    private sealed class Language : IDisposable
    {
        private readonly (CultureInfo Culture, CultureInfo Texts) before = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);

        public Language(string name) => CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo(name);

        public void Dispose() => (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = before;
    }
}
