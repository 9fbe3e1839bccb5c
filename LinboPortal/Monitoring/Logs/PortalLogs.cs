using System.Globalization;
using LinboPortal.Infrastructure;
using Microsoft.Extensions.Options;
using Serilog;
using Serilog.Events;
using Serilog.Templates;
using Serilog.Templates.Themes;

namespace LinboPortal.Monitoring.Logs;

/// <summary>
/// Where the portal's log goes: readable lines or JSON on the console, and one JSON object a line in files of the data directory. Levels are .NET's own
/// setting <c>Logging:LogLevel</c>.
/// </summary>
internal static class PortalLogs
{
    private const string Line =
        "{@t:HH:mm:ss} {@l:u3} {Substring(SourceContext, LastIndexOf(SourceContext, '.') + 1)}{#if Host is not null} [{Host}]{#end}{#if Job is not null} [job {Job}]{#end}: {@m}\n{#if @x is not null}{@x}\n{#end}";

    /// <summary>Compact log events (CLEF) with the readable message beside its template.</summary>
    private const string Json = "{ {@t: UtcDateTime(@t), @mt, @m, @l: if @l = 'Information' then undefined() else @l, @x, @tr, @sp, ..@p} }\n";

    /// <summary>For programs that read stdout (Loki's agent): names that need no quoting there.</summary>
    internal const string JsonConsole =
        "{ {time: UtcDateTime(@t), level: @l, message: @m, template: @mt, exception: @x, trace: @tr, span: @sp, ..@p} }\n";

    private const long LargestFile = 50 * 1024 * 1024;

    /// <summary>The directory of the files.</summary>
    public static string DirectoryOf(PortalOptions portal, LogsOptions logs) =>
        logs.Directory.Length > 0 ? Path.GetFullPath(logs.Directory) : Path.Combine(portal.DataDirectory, "log");

    public static WebApplicationBuilder AddPortalLogs(this WebApplicationBuilder builder)
    {
        // Levels are decided before Serilog is asked, so that Logging:LogLevel means what it means in every .NET program.
        foreach (var (category, level) in Quiet)
            if (builder.Configuration[$"Logging:LogLevel:{category}"] is null)
                builder.Logging.AddFilter(category, level);
        builder.Logging.ClearProviders();
        builder.Services.AddOptions<LogsOptions>().BindConfiguration(LogsOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<Serilog.ILogger>(provider => Create(
            provider.GetRequiredService<IOptions<PortalOptions>>().Value, provider.GetRequiredService<IOptions<LogsOptions>>().Value));
        builder.Services.AddSingleton<ILoggerProvider>(provider =>
            new Serilog.Extensions.Logging.SerilogLoggerProvider(provider.GetRequiredService<Serilog.ILogger>(), dispose: true));
        return builder;
    }

    /// <summary>What frameworks tell about every query and request is for their developers.</summary>
    private static (string Category, LogLevel Level)[] Quiet =>
    [
        ("Microsoft.AspNetCore", LogLevel.Warning), ("Microsoft.EntityFrameworkCore", LogLevel.Warning), ("Npgsql", LogLevel.Critical),
        // What cannot be read or written is thrown to whoever asked, who says it once and with context.
        ("Microsoft.EntityFrameworkCore.Query", LogLevel.None), ("Microsoft.EntityFrameworkCore.Update", LogLevel.None),
        ("Microsoft.EntityFrameworkCore.Database.Connection", LogLevel.None), ("Microsoft.EntityFrameworkCore.Database.Command", LogLevel.None),
        // Every wrong address would be an error there; the line of the request says it already.
        ("Microsoft.AspNetCore.Authentication", LogLevel.Error), ("Microsoft.AspNetCore.Authorization", LogLevel.Error),
        // It complains that keys in the database are not encrypted by a certificate, which nobody has.
        ("Microsoft.AspNetCore.DataProtection", LogLevel.Error),
        // Its workers tell of each start and stop.
        ("Hangfire", LogLevel.Warning),
        // The health watch tells changes, not every round.
        ("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None),
        ("Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware", LogLevel.Error),
    ];

    // FailedStart says it in one line; here it would be a page of stack trace around that line.
    private static bool IsFailedStart(LogEvent said) =>
        said.MessageTemplate.Text == "Hosting failed to start" && said.Level == LogEventLevel.Error;

    private static Serilog.Core.Logger Create(PortalOptions portal, LogsOptions logs) => new LoggerConfiguration()
        .MinimumLevel.Verbose()
        .Enrich.FromLogContext()
        .Filter.ByExcluding(IsFailedStart)
        .WriteTo.Console(logs.IsJson
            ? new ExpressionTemplate(JsonConsole, CultureInfo.InvariantCulture)
            : new ExpressionTemplate(Line, CultureInfo.InvariantCulture, theme: Console.IsOutputRedirected ? null : TemplateTheme.Code))
        .WriteTo.File(
            new ExpressionTemplate(Json, CultureInfo.InvariantCulture), Path.Combine(DirectoryOf(portal, logs), "portal-.json"), LogEventLevel.Verbose, LargestFile,
            rollingInterval: RollingInterval.Day, rollOnFileSizeLimit: true, retainedFileCountLimit: 14, hooks: new OwnerOnlyFiles())
        .CreateLogger();
}
