using System.Diagnostics;

namespace LinboPortal.Monitoring.Logs;

/// <summary>One line a request: who, what, how it ended, how long. The path without its query, where secrets may stand.</summary>
internal sealed partial class RequestLine(RequestDelegate next, TimeProvider time, ILogger<RequestLine> log)
{
    private static readonly PathString[] Frequent = ["/linbo", "/health", "/ready", "/metrics", "/_blazor", "/_framework", "/_content", "/lib"];

    public async Task InvokeAsync(HttpContext http)
    {
        var start = time.GetTimestamp();
        var path = http.Request.Path; // an error page runs under another one
        try
        {
            await next(http);
        }
        finally
        {
            var status = http.Response.StatusCode;
            var level = status >= 500 ? LogLevel.Warning : Frequent.Any(f => path.StartsWithSegments(f)) ? LogLevel.Debug : LogLevel.Information;
            if (log.IsEnabled(level))
            {
                LogRequest(
                    level, http.Request.Method, Readable(path.Value), status, time.GetElapsedTime(start).TotalMilliseconds,
                    http.User.Identity?.Name ?? "-", http.Connection.RemoteIpAddress?.ToString() ?? "-", Activity.Current?.TraceId.ToString() ?? "-");
            }
        }
    }

    private static string Readable(string? path) => path is null ? "" : new([.. path.Take(300).Select(c => char.IsControl(c) ? '?' : c)]);

    [LoggerMessage("{Method} {Path} {Status} in {Milliseconds:0.0} ms for {Person} at {Address} ({Trace})")]
    private partial void LogRequest(LogLevel level, string method, string path, int status, double milliseconds, string person, string address, string trace);
}
