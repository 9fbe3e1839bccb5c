using LinboPortal.Core.Accounts;
using LinboPortal.Core.Jobs;
using LinboPortal.Schedules;
using LinboPortal.Testing;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Tests.Schedules;

public sealed class ScheduleChangesTests(TestDatabase database) : ScheduleUseCases(database)
{
    [Fact]
    public async Task What_is_saved_is_read_again()
    {
        var form = new ScheduleForm
        {
            Name = " Morgens ",
            Target = "room:r101",
            Commands = "sync:1,start:1",
            WakeSeconds = 600,
            BetweenSeconds = 1,
            Broadcast = true,
            Waves = "1,3",
            Days = 0b1000001,
            At = "7:45",
            ReadyBy = true,
            TimeZone = "Europe/Vienna",
            SkipHolidays = false,
            CatchUpMinutes = 90,
            Mail = "a@example.org; b@example.org",
            WebHook = "http://10.0.0.5:8123/api/webhook/x",
            OnlyFailures = true,
        };
        var read = ScheduleForm.Of((await FindAsync(await AddedAsync(form))).Schedule);
        Assert.Equal(("Morgens", "07:45", "a@example.org, b@example.org", 0b1000001), (read.Name, read.At, read.Mail, read.Days));
        Assert.Equal((600, 1, true, "1,3", true), (read.WakeSeconds, read.BetweenSeconds, read.Broadcast, read.Waves, read.ReadyBy));
        Assert.Equal(("Europe/Vienna", false, 90, "http://10.0.0.5:8123/api/webhook/x", true), (read.TimeZone, read.SkipHolidays, read.CatchUpMinutes, read.WebHook, read.OnlyFailures));
    }

    [Fact]
    public async Task All_that_is_wrong_is_said_at_once_by_field()
    {
        var form = new ScheduleForm
        {
            Name = "",
            Target = "room:nowhere",
            Commands = "sync:1,dance",
            Days = 0,
            At = "25:00",
            TimeZone = "Europe/Nirgends",
            CatchUpMinutes = -5,
            Waves = "viele",
            Mail = "nobody",
            WebHook = "ftp://example.org",
        };
        var refused = Assert.IsType<ScheduleSaved.Refused>(await Changes.AddAsync(Admin, form, confirmed: false, Ct));
        Assert.Equal(["at", "catchUpMinutes", "days", "mail", "name", "timeZone", "webHook"], refused.Issues.Select(i => i.Field).Order());
        Assert.Equal([JobField.Target, JobField.Commands, JobField.Waves], refused.JobIssues.Select(i => i.Field).Distinct());
    }

    [Theory]
    [InlineData("https://user:secret@example.org/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("file:///etc/passwd")]
    [InlineData("example.org")]
    [InlineData("http://")]
    [InlineData("gopher://example.org")]
    public async Task A_web_hook_is_an_http_address_without_a_password(string address)
    {
        var form = Form();
        form.WebHook = address;
        var refused = Assert.IsType<ScheduleSaved.Refused>(await Changes.AddAsync(Admin, form, confirmed: false, Ct));
        Assert.Equal(ScheduleProblem.NotAWebAddress, Assert.Single(refused.Issues).Problem);
    }

    [Theory]
    [InlineData("a@b", false)]
    [InlineData("a@example.org, b@example.org", false)]
    [InlineData("Anna <a@example.org>", true)]
    [InlineData("a@example.org\r\nBcc: x@example.org", true)]
    [InlineData("a", true)]
    public async Task Mail_goes_to_plain_addresses(string mail, bool isRefused)
    {
        var form = Form();
        form.Mail = mail;
        Assert.Equal(isRefused, await Changes.AddAsync(Admin, form, confirmed: false, Ct) is ScheduleSaved.Refused);
    }

    [Fact]
    public async Task A_name_is_given_once_whatever_its_case()
    {
        await AddedAsync(Form("Nachts"));
        var refused = Assert.IsType<ScheduleSaved.Refused>(await Changes.AddAsync(Admin, Form("NACHTS"), confirmed: false, Ct));
        Assert.Equal(ScheduleProblem.Taken, Assert.Single(refused.Issues).Problem);
    }

    [Fact]
    public async Task Who_saves_over_somebody_else_is_shown_what_stands_there_now()
    {
        var id = await AddedAsync(Form());
        var seen = (await FindAsync(id)).Schedule.Version;
        Assert.IsType<ScheduleSaved.Done>(await Changes.EditAsync(Admin, id, seen, Form("Erste"), confirmed: false, Ct));
        var conflict = Assert.IsType<ScheduleSaved.Conflict>(await Changes.EditAsync(Admin, id, seen, Form("Zweite"), confirmed: false, Ct));
        Assert.Equal("Erste", conflict.Current.Schedule.Name);
        Assert.IsType<ScheduleSaved.Done>(await Changes.EditAsync(Admin, id, conflict.Current.Schedule.Version, Form("Zweite"), confirmed: false, Ct));
    }

    [Fact]
    public async Task A_start_meanwhile_is_no_conflict()
    {
        var id = await AddedAsync(Form());
        var seen = (await FindAsync(id)).Schedule.Version;
        Clock("22:00");
        await Starts.LookAsync(Ct);
        Assert.Single(await JobsAsync());
        Assert.IsType<ScheduleSaved.Done>(await Changes.EditAsync(Admin, id, seen, Form("Anders"), confirmed: false, Ct));
    }

    [Fact]
    public async Task Commands_that_lose_data_are_saved_once_that_was_confirmed()
    {
        var form = Form();
        form.Commands = "format,new:1";
        var asked = Assert.IsType<ScheduleSaved.NeedsConfirmation>(await Changes.AddAsync(Admin, form, confirmed: false, Ct));
        Assert.Equal((3, true), (asked.Hosts.Count, asked.Losses.Count > 0));
        Assert.IsType<ScheduleSaved.Done>(await Changes.AddAsync(Admin, form, confirmed: true, Ct));
        Clock("22:00");
        await Starts.LookAsync(Ct);
        Assert.Equal("format,new:1", Assert.Single(await JobsAsync()).Commands);
    }

    [Fact]
    public async Task Without_the_permission_for_losing_data_no_such_schedule_is_saved()
    {
        var careful = Admin with { Permissions = Admin.Permissions.Except([Permission.JobsRunDangerous]).ToHashSet() };
        var form = Form();
        form.Commands = "format,new:1";
        var refused = Assert.IsType<ScheduleSaved.Forbidden>(await Changes.AddAsync(careful, form, confirmed: true, Ct));
        Assert.Equal(Permission.JobsRunDangerous, refused.Permission);
    }

    [Fact]
    public async Task Who_sees_only_rooms_neither_reads_nor_writes_schedules()
    {
        var id = await AddedAsync(Form());
        var teacher = new Person("t", Permission.All.ToHashSet(), new Scope.Rooms(new HashSet<Guid>()));
        Assert.Null(await Reads.ListAsync(teacher, 0, 10, Ct));
        Assert.Null(await Reads.FindAsync(teacher, id.ToString(), Ct));
        Assert.IsType<ScheduleSaved.Forbidden>(await Changes.AddAsync(teacher, Form("x"), confirmed: false, Ct));
        Assert.IsType<ScheduleSaved.Forbidden>(await Changes.SwitchAsync(teacher, id, isOn: false, confirmed: false, Ct));
        Assert.IsType<ScheduleSaved.Forbidden>(await Changes.DeleteAsync(teacher, id, Ct));
        Assert.IsType<HolidaysSaved.Forbidden>(await Holidays.AddAsync(teacher, Host.DefaultSchool, "x", new DateOnly(2026, 12, 24), null, Ct));
    }

    [Fact]
    public async Task Every_change_is_audited_with_it()
    {
        var id = await AddedAsync(Form());
        await Changes.EditAsync(Admin, id, (await FindAsync(id)).Schedule.Version, Form(at: "21:00"), confirmed: false, Ct);
        await Changes.SwitchAsync(Admin, id, isOn: false, confirmed: false, Ct);
        await Changes.DeleteAsync(Admin, id, Ct);
        await using var db = await Databases.CreateDbContextAsync(Ct);
        Assert.Equal(
            ["schedule.create", "schedule.update", "schedule.update", "schedule.delete"],
            await db.AuditEntries.Where(a => a.Subject == "Nachts").OrderBy(a => a.Id).Select(a => a.Action).ToListAsync(Ct));
    }

    [Fact]
    public async Task The_preview_names_the_holidays_in_between()
    {
        await Holidays.AddAsync(Admin, Host.DefaultSchool, "Advent", new DateOnly(2026, 11, 27), new DateOnly(2026, 11, 30), Ct);
        var next = await Reads.NextAsync(Admin, Form(), null, 3, Ct);
        Assert.Equal([(25, null), (26, null), (27, "Advent"), (30, "Advent"), (1, (string?)null)], next!.Value.Starts.Select(s => (s.Day.Day, s.Holiday)));
    }

    [Fact]
    public async Task A_calendar_replaces_what_it_brought_before()
    {
        Assert.Equal((2, 0), await ImportAsync("UID:a\nSUMMARY:Herbst\nDTSTART:20261026\nDTEND:20261031", "UID:b\nSUMMARY:Advent\nDTSTART:20261223\nDTEND:20270110"));
        await Holidays.AddAsync(Admin, Host.DefaultSchool, "Päd. Tag", new DateOnly(2026, 12, 1), null, Ct);
        Assert.Equal((1, 1), await ImportAsync("UID:b\nSUMMARY:Weihnachten\nDTSTART:20261223\nDTEND:20270112"));
        await using var db = await Databases.CreateDbContextAsync(Ct);
        Assert.Equal(["Herbst", "Päd. Tag", "Weihnachten"], (await db.Holidays.Select(h => h.Name).ToListAsync(Ct)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_same_UID_in_another_year_is_another_event()
    {
        Assert.Equal((1, 0), await ImportAsync("UID:1\nSUMMARY:Osterferien\nDTSTART;VALUE=DATE:20270329\nDTEND;VALUE=DATE:20270403"));
        Assert.Equal((1, 0), await ImportAsync("UID:1\nSUMMARY:Osterferien\nDTSTART;VALUE=DATE:20280410\nDTEND;VALUE=DATE:20280422"));
        Assert.Equal((1, 1), await ImportAsync("UID:1\nSUMMARY:Osterferien\nDTSTART;VALUE=DATE:20280410\nDTEND;VALUE=DATE:20280424"));
        await using var db = await Databases.CreateDbContextAsync(Ct);
        Assert.Equal(
            [(new DateOnly(2027, 3, 29), new DateOnly(2027, 4, 2)), (new DateOnly(2028, 4, 10), new DateOnly(2028, 4, 23))],
            (await db.Holidays.OrderBy(h => h.From).ToListAsync(Ct)).Select(h => (h.From, h.To)));
    }

    [Fact]
    public async Task A_file_in_which_nothing_can_be_read_changes_nothing()
    {
        await ImportAsync("UID:a\nSUMMARY:Herbst\nDTSTART:20261026");
        var refused = Assert.IsType<HolidaysSaved.Refused>(await Holidays.ImportAsync(Admin, Host.DefaultSchool, "<html>404</html>"u8.ToArray(), Ct));
        Assert.Equal(ICalendarProblemCode.NotACalendar, Assert.Single(refused.Problems).Code);
        await using var db = await Databases.CreateDbContextAsync(Ct);
        Assert.Equal(1, await db.Holidays.CountAsync(Ct));
    }

    private async Task<(int Added, int Replaced)> ImportAsync(params string[] events)
    {
        var text = "BEGIN:VCALENDAR\n" + string.Concat(events.Select(e => $"BEGIN:VEVENT\n{e}\nEND:VEVENT\n")) + "END:VCALENDAR\n";
        var done = Assert.IsType<HolidaysSaved.Done>(await Holidays.ImportAsync(Admin, Host.DefaultSchool, System.Text.Encoding.UTF8.GetBytes(text), Ct));
        return (done.Added, done.Replaced);
    }
}
