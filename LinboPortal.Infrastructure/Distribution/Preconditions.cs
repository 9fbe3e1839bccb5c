using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace LinboPortal.Infrastructure.Distribution;

internal enum PreconditionOutcome
{
    Send,
    NotModified,
    Failed,
}

/// <summary>If-Match, If-None-Match and their elder siblings by date, in the order of RFC 9110, 13.2.2.</summary>
internal static class Preconditions
{
    public static PreconditionOutcome Check(HttpRequest request, ServedFile file)
    {
        var raw = request.Headers;
        if (raw.IfMatch.Count == 0 && raw.IfNoneMatch.Count == 0 && raw.IfModifiedSince.Count == 0 && raw.IfUnmodifiedSince.Count == 0)
            return PreconditionOutcome.Send;
        var headers = request.GetTypedHeaders();
        if (headers.IfMatch is { Count: > 0 } wanted)
        {
            if (!Matches(wanted, file, strong: true))
                return PreconditionOutcome.Failed;
        }
        else if (headers.IfUnmodifiedSince is { } unmodified && Seconds(file.ModifiedAt) > unmodified)
        {
            return PreconditionOutcome.Failed;
        }

        if (headers.IfNoneMatch is { Count: > 0 } known)
            return Matches(known, file, strong: false) ? PreconditionOutcome.NotModified : PreconditionOutcome.Send;
        return headers.IfModifiedSince is { } since && Seconds(file.ModifiedAt) <= since ? PreconditionOutcome.NotModified : PreconditionOutcome.Send;
    }

    /// <summary>HTTP dates know no fractions.</summary>
    public static DateTimeOffset Seconds(DateTimeOffset time) => new(time.Ticks - time.Ticks % TimeSpan.TicksPerSecond, time.Offset);

    private static bool Matches(IList<EntityTagHeaderValue> tags, ServedFile file, bool strong) =>
        tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(file.ETag, strong));
}
