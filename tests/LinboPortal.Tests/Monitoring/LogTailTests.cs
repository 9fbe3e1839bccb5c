using LinboPortal.Infrastructure;
using LinboPortal.Monitoring.Logs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LinboPortal.Tests.Monitoring;

public sealed class LogTailTests : IDisposable
{
    private readonly string data = Directory.CreateTempSubdirectory("linboportal-log-").FullName;
    private readonly LogTail tail;
    private int second;

    public LogTailTests()
    {
        Directory.CreateDirectory(Path.Combine(data, "log"));
        tail = new LogTail(Options.Create(new PortalOptions { DataDirectory = data }), Options.Create(new LogsOptions()));
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(data, recursive: true);

    [Fact]
    public async Task Pages_go_over_the_files_to_the_first_line()
    {
        Write("portal-20261124.json", 700, i => $"old {i}");
        Write("portal-20261125.json", 500, i => $"early {i}");
        Write("portal-20261125_001.json", 300, i => $"late {i}");
        List<string> all = [];
        LogPosition? before = null;
        var pages = 0;
        do
        {
            var page = await tail.ReadAsync(new LogFilter(), 200, before, null, Ct);
            all.AddRange(page.Lines.Select(l => l.Message));
            before = LogPosition.Parse(page.Older?.ToString());
            pages++;
        }
        while (before is not null);

        Assert.Equal(8, pages);
        Assert.Equal(1500, all.Distinct().Count());
        Assert.Equal(("late 299", "old 0"), (all[0], all[^1]));
    }

    [Fact]
    public async Task Only_what_is_new_is_read_while_somebody_looks()
    {
        Write("portal-20261125.json", 50, i => $"before {i}");
        var shown = await tail.ReadAsync(new LogFilter(), 10, null, null, Ct);
        Write("portal-20261125.json", 2, i => $"meanwhile {i}");
        Write("portal-20261126.json", 1, i => $"next day {i}");

        var news = await tail.ReadAsync(new LogFilter(), 10, null, shown.End, Ct);

        Assert.Equal(["next day 0", "meanwhile 1", "meanwhile 0"], news.Lines.Select(l => l.Message));
        Assert.Empty((await tail.ReadAsync(new LogFilter(), 10, null, news.End, Ct)).Lines);
    }

    [Fact]
    public async Task Lines_are_found_by_PC_by_its_address_by_job_level_and_words()
    {
        Append("portal-20261125.json", """{"@t":"2026-11-25T08:00:00Z","@m":"Sending sync:1","SourceContext":"A.Jobs","Host":"r101-pc01","Job":42}""");
        Append("portal-20261125.json", """{"@t":"2026-11-25T08:00:01Z","@m":"TFTP linbo64","SourceContext":"A.TftpServer","Address":"10.0.0.7"}""");
        Append("portal-20261125.json", """{"@t":"2026-11-25T08:00:02Z","@m":"Broken","@l":"Error","@x":"Zapped at 3","SourceContext":"A.Jobs","Host":"r101-pc02","Job":43}""");

        Assert.Equal(["TFTP linbo64", "Sending sync:1"], await FindAsync(new LogFilter { Host = "R101-PC01", Addresses = ["10.0.0.7"] }));
        Assert.Equal(["Broken"], await FindAsync(new LogFilter { Job = "43" }));
        Assert.Equal(["Broken"], await FindAsync(new LogFilter(LogLevel.Warning)));
        Assert.Equal(["Broken"], await FindAsync(new LogFilter { Text = "zapped" }));
        Assert.Equal(["TFTP linbo64"], await FindAsync(new LogFilter { Text = "tftpserver" }));
    }

    [Fact]
    public async Task Half_a_line_nonsense_and_a_place_that_does_not_exist_do_no_harm()
    {
        Append("portal-20261125.json", "{\"@t\":\"2026-11-2");
        File.WriteAllText(Path.Combine(data, "secret"), "{}");
        Append("portal-20261125.json", """{"@t":"2026-11-25T08:00:01Z","@m":"Whole"}""");

        Assert.Equal(["Whole"], await FindAsync(new LogFilter()));
        Assert.Null(LogPosition.Parse("x:-1"));
        Assert.Null(LogPosition.Parse("nonsense"));
        Assert.Empty((await tail.ReadAsync(new LogFilter(), 10, new LogPosition("../secret", 5), null, Ct)).Lines);
        Assert.Single((await tail.ReadAsync(new LogFilter(), 10, new LogPosition("portal-20261125.json", long.MaxValue), null, Ct)).Lines);
    }

    private async Task<IEnumerable<string>> FindAsync(LogFilter filter) => (await tail.ReadAsync(filter, 10, null, null, Ct)).Lines.Select(l => l.Message);

    private void Write(string file, int count, Func<int, string> message)
    {
        for (var i = 0; i < count; i++)
            Append(file, $$"""{"@t":"2026-11-25T00:00:00.{{++second:0000}}Z","@m":"{{message(i)}}","Filler":"{{new string('ä', 150)}}"}""");
    }

    private void Append(string file, string line) => File.AppendAllText(Path.Combine(data, "log", file), line + "\n");
}
