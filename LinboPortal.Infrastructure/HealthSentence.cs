using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LinboPortal.Infrastructure;

/// <summary>Names the sentence of a health check, so that pages can say it in the reader's language; the description stays what programs and logs read.</summary>
public static class HealthSentence
{
    /// <summary>Where the name stands in a result's data.</summary>
    public const string Name = "sentence";

    /// <summary>Where the parts that change stand, in their order.</summary>
    public const string Parts = "parts";

    /// <summary>The result with the name of its sentence, for instance <c>tftp.ended</c>.</summary>
    public static HealthCheckResult As(this HealthCheckResult result, string name, params object[] parts) =>
        new(result.Status, result.Description, result.Exception, new Dictionary<string, object>(result.Data) { [Name] = name, [Parts] = parts });
}
