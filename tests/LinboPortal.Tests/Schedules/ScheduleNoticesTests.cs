using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Jobs;
using LinboPortal.Schedules;
using LinboPortal.Testing;
using MailKit.Security;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;

namespace LinboPortal.Tests.Schedules;

public sealed class ScheduleNoticesTests(TestDatabase database) : ScheduleUseCases(database)
{
    private readonly MailSink mail = new();
    private readonly HookSink hook = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await mail.DisposeAsync();
        await hook.DisposeAsync();
    }

    private protected override void Configure(NotificationsOptions options)
    {
        (options.Smtp.Host, options.Smtp.Port, options.Smtp.Security) = ("127.0.0.1", mail.Port, SmtpSecurity.None);
        (options.PortalUrl, options.WebHook.Secret) = ("https://linbo.example.org/", "Kreide");
    }

    [Fact]
    public async Task A_job_that_ended_is_mailed_to_everybody_once()
    {
        var id = await ScheduleAsync(mailTo: "a@example.org, b@example.org");
        var number = await EndedAsync(id, failed: 1);
        await Notices.SendAsync(Ct);
        await Notices.SendAsync(Ct);

        var (to, text) = Assert.Single(mail.Mails);
        Assert.Equal(["a@example.org", "b@example.org"], to);
        using var message = await MimeMessage.LoadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), Ct);
        Assert.Equal("Nachts: 1 von 3 PCs mit Fehler", message.Subject);
        Assert.Contains($"Auftrag {number}: sync:1,halt auf room:r101", message.TextBody, StringComparison.Ordinal);
        Assert.Contains("  r101-pc01: ", message.TextBody, StringComparison.Ordinal);
        Assert.Contains($"https://linbo.example.org/jobs/{number}", message.TextBody, StringComparison.Ordinal);
        Assert.Equal("", (await FindAsync(id)).NoticeProblem);
    }

    [Fact]
    public async Task A_name_with_line_breaks_and_signs_stays_in_its_line()
    {
        var id = await ScheduleAsync(mailTo: "a@example.org");
        await using (var db = await Databases.CreateDbContextAsync(Ct))
            await db.Schedules.ExecuteUpdateAsync(s => s.SetProperty(x => x.Name, "Müll\r\nBcc: evil@example.org <script>"), Ct);
        await EndedAsync(id);
        await Notices.SendAsync(Ct);
        var (to, text) = Assert.Single(mail.Mails);
        Assert.Equal(["a@example.org"], to);
        using var message = await MimeMessage.LoadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), Ct);
        Assert.Empty(message.Bcc);
    }

    [Fact]
    public async Task A_web_hook_gets_signed_JSON()
    {
        var id = await ScheduleAsync(webHook: hook.Url);
        var number = await EndedAsync(id, failed: 1);
        await Notices.SendAsync(Ct);

        var (head, body) = Assert.Single(hook.Posts);
        Assert.StartsWith("POST /hook?key=abc HTTP/1.1", head, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/json", head, StringComparison.Ordinal);
        Assert.Contains("X-LinboPortal-Signature: sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData("Kreide"u8, body)), head, StringComparison.Ordinal);
        var json = JsonDocument.Parse(body).RootElement;
        Assert.Equal("schedule.completed", json.GetProperty("type").GetString());
        var job = json.GetProperty("data").GetProperty("job");
        Assert.Equal((number, "Failed", 2, 1), (job.GetProperty("number").GetInt32(), job.GetProperty("state").GetString(), job.GetProperty("counts").GetProperty("done").GetInt32(), job.GetProperty("counts").GetProperty("failed").GetInt32()));
        Assert.Equal("NotOnline", job.GetProperty("failed")[0].GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = new HookSink();
        hook.Answer = $"HTTP/1.1 302 Found\r\nLocation: {elsewhere.Url}";
        var id = await ScheduleAsync(webHook: hook.Url);
        await EndedAsync(id);
        await Notices.SendAsync(Ct);
        Assert.Empty(elsewhere.Posts);
        Assert.Contains("302", (await FindAsync(id)).NoticeProblem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_could_not_be_sent_is_tried_again_a_few_times_and_shown()
    {
        hook.Answer = "HTTP/1.1 500 Oh";
        var id = await ScheduleAsync(webHook: hook.Url);
        await EndedAsync(id);
        for (var minute = 0; minute < 120; minute++)
        {
            await Notices.SendAsync(Ct);
            Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(ScheduleNotices.MostAttempts, hook.Posts.Count);
        Assert.Equal("127.0.0.1 answered 500.", (await FindAsync(id)).NoticeProblem);
    }

    [Fact]
    public async Task A_second_try_that_works_ends_the_trying()
    {
        mail.Answer = "451 try later";
        var id = await ScheduleAsync(mailTo: "a@example.org");
        await EndedAsync(id);
        await Notices.SendAsync(Ct);
        Assert.Contains("try later", (await FindAsync(id)).NoticeProblem, StringComparison.Ordinal);
        mail.Answer = "250 ok";
        Time.Advance(TimeSpan.FromMinutes(2));
        await Notices.SendAsync(Ct);
        Time.Advance(TimeSpan.FromHours(2));
        await Notices.SendAsync(Ct);
        Assert.Single(mail.Mails);
        Assert.Equal("", (await FindAsync(id)).NoticeProblem);
    }

    [Fact]
    public async Task A_password_never_goes_to_a_mail_server_that_offers_no_encryption()
    {
        await using var portal = Build(options => (options.Smtp.Host, options.Smtp.Security, options.Smtp.User, options.Smtp.Password) = ("127.0.0.1", SmtpSecurity.StartTls, "linbo", "Kreidestaub"));
        var id = await ScheduleAsync(mailTo: "a@example.org");
        await EndedAsync(id);
        await portal.GetRequiredService<ScheduleNotices>().SendAsync(Ct);
        Assert.Empty(mail.Mails);
        Assert.Contains("STARTTLS", (await FindAsync(id)).NoticeProblem, StringComparison.Ordinal);
        Assert.DoesNotContain(mail.Lines, l => l.StartsWith("AUTH", StringComparison.OrdinalIgnoreCase));

        // Where a user is set, the default means the same, other than on the own machine.
        var school = new SmtpOptions { Host = "mail.example.org", User = "linbo" };
        Assert.Equal(SecureSocketOptions.StartTls, MailNotices.SecurityOf(school));
        school.User = "";
        Assert.Equal(SecureSocketOptions.StartTlsWhenAvailable, MailNotices.SecurityOf(school));
        var unencrypted = new SmtpOptions { Host = "mail.example.org", Security = SmtpSecurity.None, User = "linbo" };
        Assert.Contains("readable", Assert.Single(unencrypted.Validate(new ValidationContext(unencrypted))).ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_server_with_an_address_that_leads_nowhere_is_a_problem_and_not_an_accident()
    {
        await using var portal = Build(options => options.Smtp.Host = "0.0.0.0");
        var id = await ScheduleAsync(mailTo: "a@example.org");
        await EndedAsync(id);
        await portal.GetRequiredService<ScheduleNotices>().SendAsync(Ct);
        Assert.StartsWith("0.0.0.0:", (await FindAsync(id)).NoticeProblem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://[fe80::1]/")]
    [InlineData("http://[::ffff:169.254.1.1]/")]
    public async Task Link_local_addresses_are_never_posted_to(string url)
    {
        var id = await ScheduleAsync(webHook: url);
        await EndedAsync(id);
        await Notices.SendAsync(Ct);
        Assert.Contains("may not be posted to", (await FindAsync(id)).NoticeProblem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ConnectionStrings:Portal", "Host=db.localhost,127.0.0.1;Port={0}")]
    [InlineData("ConnectionStrings:Redis", "localhost:{0}")]
    [InlineData("RefusedHosts", "prometheus.invalid, 127.0.0.1:{0}")]
    [InlineData("RefusedHosts", "localhost")]
    public async Task The_portals_own_backends_are_never_posted_to_by_whatever_name(string setting, string value)
    {
        var named = value.Replace("{0}", $"{new Uri(hook.Url).Port}", StringComparison.Ordinal);
        if (setting.Contains(':', StringComparison.Ordinal))
            Settings[setting] = named;
        await using var portal = Build(options => options.WebHook.RefusedHosts = setting == "RefusedHosts" ? named : "");
        var id = await ScheduleAsync(webHook: hook.Url);
        await EndedAsync(id);
        await portal.GetRequiredService<ScheduleNotices>().SendAsync(Ct);
        Assert.Empty(hook.Posts);
        Assert.Contains("may not be posted to", (await FindAsync(id)).NoticeProblem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_only_read_sees_the_host_of_a_web_hook_and_so_does_the_audit_trail()
    {
        var id = await ScheduleAsync(webHook: "https://chat.example.org/hooks/s3cr3t");
        var observer = new Person("observer", Permission.Of(Role.Observer).ToHashSet(), Scope.Everything);
        Assert.Equal("https://chat.example.org/…", (await Reads.FindAsync(observer, $"{id}", Ct))!.Schedule.WebHook);
        Assert.Equal("https://chat.example.org/…", Assert.Single((await Reads.ListAsync(observer, 0, 10, Ct))!.Rows).Schedule.WebHook);
        Assert.Equal("https://chat.example.org/hooks/s3cr3t", (await FindAsync(id)).Schedule.WebHook);
        await using var db = await Databases.CreateDbContextAsync(Ct);
        Assert.DoesNotContain(await db.AuditEntries.Select(a => a.Details).ToListAsync(Ct), d => d!.Contains("s3cr3t", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_mail_server_that_is_not_there_is_named()
    {
        var id = await ScheduleAsync(mailTo: "a@example.org");
        await EndedAsync(id);
        var port = mail.Port;
        await mail.CloseAsync();
        await Notices.SendAsync(Ct);
        Assert.StartsWith($"127.0.0.1:{port}", (await FindAsync(id)).NoticeProblem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Eight_portals_send_a_message_once()
    {
        var id = await ScheduleAsync(webHook: hook.Url);
        await EndedAsync(id);
        var portals = Enumerable.Range(0, 8).Select(_ => Build()).ToList();
        await Task.WhenAll(portals.Select(p => Task.Run(() => p.GetRequiredService<ScheduleNotices>().SendAsync(Ct), Ct)));
        foreach (var portal in portals)
            await portal.DisposeAsync();
        Assert.Single(hook.Posts);
    }

    [Fact]
    public async Task Where_only_failures_are_wanted_success_is_silent()
    {
        var id = await ScheduleAsync(mailTo: "a@example.org", onlyFailures: true);
        await EndedAsync(id);
        await Notices.SendAsync(Ct);
        Assert.Empty(mail.Mails);
        await EndedAsync(id, failed: 2);
        await Notices.SendAsync(Ct);
        Assert.Single(mail.Mails);
    }

    [Fact]
    public async Task A_schedule_that_did_not_run_is_told_too()
    {
        await ScheduleAsync(mailTo: "a@example.org", webHook: hook.Url);
        Clock("23:30");
        await Starts.LookAsync(Ct);
        await Notices.SendAsync(Ct);
        using var message = await MimeMessage.LoadAsync(new MemoryStream(Encoding.UTF8.GetBytes(Assert.Single(mail.Mails).Text)), Ct);
        Assert.Equal("Nachts: nicht ausgeführt", message.Subject);
        Assert.Contains("25.11.2026, 22:00:00", message.TextBody, StringComparison.Ordinal);
        var json = JsonDocument.Parse(Assert.Single(hook.Posts).Body).RootElement;
        Assert.Equal(("schedule.not_run", "Missed"), (json.GetProperty("type").GetString(), json.GetProperty("data").GetProperty("result").GetString()));
    }

    private async Task<Guid> ScheduleAsync(string mailTo = "", string webHook = "", bool onlyFailures = false)
    {
        var form = Form();
        (form.Mail, form.WebHook, form.OnlyFailures) = (mailTo, webHook, onlyFailures);
        return await AddedAsync(form);
    }

    private async Task<int> EndedAsync(Guid schedule, int failed = 0)
    {
        await using var db = await Databases.CreateDbContextAsync(Ct);
        var now = Time.GetUtcNow();
        var job = new Job
        {
            Target = "room:r101",
            Commands = "sync:1,halt",
            State = failed > 0 ? JobState.Failed : JobState.Done,
            CreatedBy = "admin",
            CreatedAt = now,
            StartedAt = now.AddMinutes(-38),
            EndedAt = now,
            ScheduleId = schedule,
        };
        for (var i = 0; i < 3; i++)
            job.Runs.Add(new HostRun { Host = $"r101-pc0{i + 1}", RoomId = Guid.Empty, Position = i, State = i < failed ? RunState.Failed : RunState.Done, Reason = i < failed ? RunReason.NotOnline : null, EndedAt = now });
        db.Add(job);
        await db.SaveChangesAsync(Ct);
        return job.Number;
    }
}
