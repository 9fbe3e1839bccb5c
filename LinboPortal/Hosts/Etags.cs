using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LinboPortal.Hosts;

/// <summary>Versions of rows on the wire: in ETag and If-Match, or in the body.</summary>
internal static class Etags
{
    public static string Text(uint version) => version.ToString(CultureInfo.InvariantCulture);

    public static string Of(uint version) => $"\"{Text(version)}\"";

    /// <summary>The version that the client saw, out of If-Match or the body.</summary>
    public static bool TryRead(HttpRequest request, string? inBody, out uint version)
    {
        var text = request.Headers.IfMatch is [{ Length: > 0 } header] ? header : inBody;
        return uint.TryParse(text?.Trim().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out version);
    }

    /// <summary>Nothing is overwritten unseen.</summary>
    public static ProblemHttpResult Missing() => TypedResults.Problem(
        "Say which version is meant to be changed: the ETag of the answer in If-Match, or \"version\" in the body.",
        statusCode: StatusCodes.Status428PreconditionRequired);

    /// <summary>412 for If-Match, 409 for a version in the body; with the row as it is now.</summary>
    public static ProblemHttpResult Conflict(HttpRequest request, string detail, object current) => TypedResults.Problem(
        detail,
        statusCode: request.Headers.IfMatch.Count > 0 ? StatusCodes.Status412PreconditionFailed : StatusCodes.Status409Conflict,
        extensions: new Dictionary<string, object?> { ["current"] = current });
}
