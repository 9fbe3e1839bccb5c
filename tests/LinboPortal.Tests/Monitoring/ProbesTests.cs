using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Monitoring;
using LinboPortal.Monitoring.Logs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Logging;

namespace LinboPortal.Tests.Monitoring;

public sealed class ProbesTests(PortalFactory portal) : IClassFixture<PortalFactory>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Strangers_may_ask_whether_it_lives_and_how_its_parts_are()
    {
        using var http = portal.CreateClient();

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/health", Ct)).StatusCode);
        await portal.Services.GetRequiredService<ServiceHealthWatch>().CheckAsync(Ct);
        var alive = await JsonDocument.ParseAsync(await (await http.GetAsync("/health", Ct)).Content.ReadAsStreamAsync(Ct), cancellationToken: Ct);
        Assert.Equal("Healthy", alive.RootElement.GetProperty("parts").GetProperty("database").GetString());
        var parts = await JsonDocument.ParseAsync(await (await http.GetAsync("/ready", Ct)).Content.ReadAsStreamAsync(Ct), cancellationToken: Ct);

        Assert.Equal("Healthy", parts.RootElement.GetProperty("database").GetProperty("status").GetString());
        foreach (var part in new[] { "cache", "tftp", "rsync", "hooks", "ssh", "disk" })
            Assert.True(parts.RootElement.TryGetProperty(part, out _), part);
        // No kernel in a new tree: that is for an administrator to mend and no reason to be called dead.
        Assert.Equal("Degraded", parts.RootElement.GetProperty("linbo-files").GetProperty("status").GetString());
    }

    [Fact]
    public async Task What_was_found_in_a_part_is_told_to_those_who_look_after_the_system_only()
    {
        using var stranger = portal.CreateClient();
        using var admin = await portal.CreateClientFor(Role.Administrator);
        using var teacher = await portal.CreateClientFor(Role.Teacher);

        async Task<JsonElement> DatabaseAsync(HttpClient http) => (await http.GetFromJsonAsync<JsonElement>("/ready", Ct)).GetProperty("database");
        Assert.Contains("PostgreSQL", (await DatabaseAsync(admin)).GetProperty("message").GetString(), StringComparison.Ordinal);
        foreach (var other in new[] { stranger, teacher })
            Assert.False((await DatabaseAsync(other)).TryGetProperty("message", out _));
    }

    [Fact]
    public async Task A_changed_health_is_told_once()
    {
        using var events = portal.Services.GetRequiredService<PortalEvents>().Subscribe();
        var watch = portal.Services.GetRequiredService<ServiceHealthWatch>();
        var before = (await watch.CheckAsync(Ct)).Select(r => (r.Service, r.Health, r.Message)).ToHashSet();
        while (events.Reader.TryRead(out _))
        {
        }

        await watch.CheckAsync(Ct);

        // Another test may take the disk below the next gigabyte meanwhile: that is news.
        while (events.Reader.TryRead(out var told))
            Assert.False(told is PortalEvent.ServiceHealthChanged again && before.Contains((again.Service, again.Health, again.Message)), $"{told}");
    }

    [Fact]
    public async Task What_a_check_found_is_said_in_the_readers_language()
    {
        var reports = await portal.Services.GetRequiredService<ServiceHealthWatch>().CheckAsync(Ct);
        var text = portal.Services.GetRequiredService<IStringLocalizer<SystemText>>();
        var before = CultureInfo.CurrentUICulture;
        try
        {
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("de-DE");
            Assert.All(reports, r => Assert.NotEqual(r.Message, text.MessageOf(r)));
            Assert.Contains("PCs finden GRUB, aber kein LINBO", text.MessageOf(reports.Single(r => r.Service == "linbo-files")), StringComparison.Ordinal);
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    [Fact]
    public async Task The_log_is_a_file_that_only_the_portal_reads_and_holds_no_query()
    {
        using var http = portal.CreateClient();
        await http.GetAsync("/nothing-here?secret=abc", Ct);
        var files = Directory.GetFiles(Path.Combine(portal.DataDirectory, "log"), "portal-*.json"); // two where midnight was just now

        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        var lines = (await portal.Services.GetRequiredService<LogTail>().ReadAsync(new LogFilter(LogLevel.Information) { Text = "nothing-here" }, 10, null, null, Ct)).Lines;
        Assert.Contains("GET /nothing-here 302", Assert.Single(lines).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", lines[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_are_shown_without_secrets()
    {
        var all = portal.Services.GetRequiredService<SettingsInEffect>().All;

        Assert.Contains(all, s => s.Name == "Portal:DataDirectory" && s.Value == portal.DataDirectory);
        Assert.Null(Assert.Single(all, s => s.Name == "ConnectionStrings:Portal").Value);
    }
}
