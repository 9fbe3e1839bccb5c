using System.Text.Json;
using System.Text.Json.Serialization;
using LinboPortal.Core;
using Microsoft.AspNetCore.WebUtilities;

namespace LinboPortal.Api;

/// <summary>
/// What holds a NUL or half a character is answered in one place: nothing has such a path; a query finds nothing by it; a body is refused, naming
/// the field (<see cref="BrokenTextConverter"/>).
/// </summary>
internal static class BrokenTexts
{
    public static Task RefuseAsync(HttpContext http, RequestDelegate next)
    {
        var request = http.Request;
        if (request.Path.Value is { } path && BrokenText.IsIn(path))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        if (request.QueryString.HasValue && request.QueryString.Value!.Contains("%00", StringComparison.Ordinal))
        {
            var mended = QueryHelpers.ParseQuery(request.QueryString.Value)
                .SelectMany(p => p.Value, (p, value) => KeyValuePair.Create(BrokenText.Replace(p.Key), (string?)BrokenText.Replace(value ?? "")));
            request.QueryString = QueryString.Create(mended);
        }

        return next(http);
    }
}

/// <summary>Refuses texts of a JSON body that the database could not hold.</summary>
internal sealed class BrokenTextConverter : JsonConverter<string>
{
    /// <summary>Tells this refusal from other mistakes of a body.</summary>
    public const string Refusal = "NUL or half a character";

    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw new JsonException();
        return Checked(ref reader);
    }

    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Checked(ref reader);

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(value);

    private static string Checked(ref Utf8JsonReader reader)
    {
        string text;
        try
        {
            text = reader.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException(Refusal, e); // half a character, written as \uD800
        }

        return BrokenText.IsIn(text) ? throw new JsonException(Refusal) : text;
    }
}
