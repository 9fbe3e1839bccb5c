using System.Globalization;
using System.Text.Json;
using LinboPortal.Monitoring.Logs;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Templates;

namespace LinboPortal.Tests.Monitoring;

public sealed class JsonConsoleTests
{
    [Fact]
    public void A_line_is_one_object_with_PC_job_and_request_as_fields_whatever_stands_in_it()
    {
        using var written = new StringWriter();
        using var serilog = new LoggerConfiguration().Enrich.FromLogContext()
            .WriteTo.Sink(new Into(written)).CreateLogger();
        using var loggers = new SerilogLoggerFactory(serilog);
        var log = loggers.CreateLogger("LinboPortal.Jobs.JobRunner");

        using (log.BeginScope(new Dictionary<string, object> { ["RequestId"] = "0HN:1", ["RequestPath"] = "/api/v1/jobs" }))
            Failed(log, "r101-pc01", 42, "no\nnewline \"here\"");

        var line = written.ToString();
        Assert.Equal(1, line.Count(c => c == '\n'));
        var json = JsonDocument.Parse(line).RootElement;
        Assert.Equal(
            ("Warning", "r101-pc01", 42, "0HN:1", "/api/v1/jobs"),
            (Text("level"), Text("Host"), json.GetProperty("Job").GetInt32(), Text("RequestId"), Text("RequestPath")));
        Assert.Contains("no\nnewline", Text("message"), StringComparison.Ordinal);
        Assert.Equal(TimeSpan.Zero, json.GetProperty("time").GetDateTimeOffset().Offset);

        string? Text(string name) => json.GetProperty(name).GetString();
    }

    private sealed class Into(TextWriter writer) : ILogEventSink
    {
        public void Emit(LogEvent logEvent) => new ExpressionTemplate(PortalLogs.JsonConsole, CultureInfo.InvariantCulture).Format(logEvent, writer);
    }

    [Theory]
    [InlineData(ConsoleFormat.Json, true)]
    [InlineData(ConsoleFormat.Text, false)]
    internal void The_setting_decides(ConsoleFormat format, bool isJson) => Assert.Equal(isJson, new LogsOptions { Console = format }.IsJson);

    private static readonly Action<Microsoft.Extensions.Logging.ILogger, string, int, string, Exception?> Say =
        LoggerMessage.Define<string, int, string>(LogLevel.Warning, default, "{Host} failed in job {Job}: {Reason}");

    private static void Failed(Microsoft.Extensions.Logging.ILogger log, string host, int job, string reason) => Say(log, host, job, reason, null);
}
