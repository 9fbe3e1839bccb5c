using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace LinboPortal.Infrastructure.Distribution;

/// <summary>A part of a file.</summary>
internal readonly record struct ByteRange(long Start, long Length)
{
    public string ContentRange(long size) => $"bytes {Start}-{Start + Length - 1}/{size}";
}

/// <summary>Range requests (RFC 9110, 14): from-to, from on, the last n, several at once.</summary>
internal static class ByteRanges
{
    /// <summary>More ranges than this are an attack or a mistake; the whole file answers them (RFC 9110, 14.2).</summary>
    private const int Most = 32;

    /// <returns>False where the whole file is to be sent; an empty list where no range lies in the file.</returns>
    public static bool TryRead(HttpRequest request, ServedFile file, out IReadOnlyList<ByteRange> ranges)
    {
        ranges = [];
        if (request.Headers.Range.Count == 0 || request.GetTypedHeaders() is not { Range: { Unit.Value: "bytes" } header } headers)
            return false;
        if (header.Ranges.Count is 0 or > Most || (headers.IfRange is { } condition && !Holds(condition, file)))
            return false;
        ByteRange[] inside = [.. header.Ranges.Select(range => Clip(range, file.Length)).OfType<ByteRange>()];

        // Overlapping ranges would send more than the file has.
        if (inside.Sum(range => range.Length) > file.Length)
            return false;
        ranges = inside;
        return true;
    }

    /// <returns>False where the client went away.</returns>
    public static async Task<bool> SendSeveralAsync(
        HttpResponse response, ServedFile file, IReadOnlyList<ByteRange> ranges, Action<int> sent, CancellationToken cancellation)
    {
        var boundary = RandomNumberGenerator.GetHexString(32, lowercase: true);
        byte[][] heads = [.. ranges.Select((range, i) => Encoding.ASCII.GetBytes(
            $"{(i == 0 ? "" : "\r\n")}--{boundary}\r\nContent-Type: {file.ContentType}\r\nContent-Range: {range.ContentRange(file.Length)}\r\n\r\n"))];
        var tail = Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n");
        response.ContentType = $"multipart/byteranges; boundary={boundary}";
        response.ContentLength = heads.Sum(head => (long)head.Length) + ranges.Sum(range => range.Length) + tail.Length;
        for (var i = 0; i < ranges.Count; i++)
        {
            await response.BodyWriter.WriteAsync(heads[i], cancellation);
            if (!await file.SendAsync(response, ranges[i].Start, ranges[i].Length, sent, cancellation))
                return false;
        }

        await response.BodyWriter.WriteAsync(tail, cancellation);
        return true;
    }

    private static bool Holds(RangeConditionHeaderValue condition, ServedFile file) => condition switch
    {
        { EntityTag: { } tag } => tag.Compare(file.ETag, useStrongComparison: true),
        { LastModified: { } date } => Preconditions.Seconds(file.ModifiedAt) == date,
        _ => true,
    };

    private static ByteRange? Clip(RangeItemHeaderValue range, long size) => (range.From, range.To) switch
    {
        ({ } from, _) when from >= size => null,
        ({ } from, null) => new ByteRange(from, size - from),
        ({ } from, { } to) => new ByteRange(from, Math.Min(to, size - 1) - from + 1),
        (null, { } last) when last > 0 && size > 0 => new ByteRange(size - Math.Min(last, size), Math.Min(last, size)),
        _ => null,
    };
}
