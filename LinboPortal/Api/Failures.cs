using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Api;

/// <summary>
/// The answer to what nobody caught: problem details for programs, a plain page for people, never a stack trace. A database that is away is
/// said as such, with 503.
/// </summary>
internal sealed partial class Failures(IProblemDetailsService problems, IStringLocalizer<ApiText> text, ILogger<Failures> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var status = exception is BadHttpRequestException bad ? bad.StatusCode
            : DatabaseGone.Refuses(exception) ? StatusCodes.Status400BadRequest
            : DatabaseGone.Explains(exception) ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError;
        // The framework is silent about what a handler has dealt with.
        if (status == StatusCodes.Status500InternalServerError)
            LogMistake(httpContext.Request.Method, httpContext.Request.Path, exception);
        else if (status == StatusCodes.Status503ServiceUnavailable)
            LogDatabaseAway(httpContext.Request.Path, exception.GetBaseException().Message);
        httpContext.Response.StatusCode = status;
        if (PortalPaths.IsPage(httpContext.Request))
        {
            // What could not be read now is asked for again by the browser itself; what was sent is not sent twice.
            if (status == StatusCodes.Status503ServiceUnavailable && HttpMethods.IsGet(httpContext.Request.Method))
                httpContext.Response.Headers["Refresh"] = "5";
            await new RazorComponentResult<FailurePage>(new { Status = status }).ExecuteAsync(httpContext);
            return true;
        }

        return await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = httpContext,
            ProblemDetails = FieldOf(exception) is { } wrong ? new HttpValidationProblemDetails(new Dictionary<string, string[]> { [wrong.Field] = [wrong.Message] }) { Status = status } : new ProblemDetails
            {
                Status = status,
                Detail = status switch
                {
                    StatusCodes.Status503ServiceUnavailable => "The database does not answer. The portal tries again by itself; /ready says how it is.",
                    StatusCodes.Status500InternalServerError => "The portal made a mistake; its log says more.",
                    _ when DatabaseGone.Refuses(exception) => text["BrokenText"],
                    _ => exception.Message,
                },
            },
        });
    }

    /// <summary>The field of a JSON body that cannot be read, and why; null for other mistakes.</summary>
    private (string Field, string Message)? FieldOf(Exception exception)
    {
        if (exception is not BadHttpRequestException { InnerException: JsonException json })
            return null;
        var field = (json.Path ?? "$").TrimStart('$').TrimStart('.');
        return (field.Length == 0 ? "body" : field, text[json.Message.StartsWith(BrokenTextConverter.Refusal, StringComparison.Ordinal) ? "BrokenText" : "NotReadable"]);
    }

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed")]
    private partial void LogMistake(string method, PathString path, Exception exception);

    [LoggerMessage(LogLevel.Warning, "{Path} needs the database, which does not answer: {Reason}")]
    private partial void LogDatabaseAway(PathString path, string reason);
}
