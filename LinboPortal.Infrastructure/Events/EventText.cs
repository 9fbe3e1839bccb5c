using System.Text.Json;
using System.Text.Json.Serialization;
using LinboPortal.Core.Events;
using LinboPortal.Core.Hosts;

namespace LinboPortal.Infrastructure.Events;

/// <summary>Events on their way between portals: who tells it, which event it is, its content.</summary>
internal static class EventText
{
    private static readonly Dictionary<string, Type> Family =
        typeof(PortalEvent).GetNestedTypes().Where(t => t.IsSubclassOf(typeof(PortalEvent))).ToDictionary(t => t.Name, StringComparer.Ordinal);

    private static readonly JsonSerializerOptions Json = new() { Converters = { new MacConverter(), new JsonStringEnumConverter() } };

    public static string Write(string origin, PortalEvent portalEvent) =>
        $"{origin} {portalEvent.GetType().Name} {JsonSerializer.Serialize(portalEvent, portalEvent.GetType(), Json)}";

    /// <summary>Reads a message; null for one of our own, and for one that this version does not know.</summary>
    public static PortalEvent? Read(string own, string text)
    {
        if (text.Split(' ', 3) is not [var origin, var name, var content] || origin == own || !Family.TryGetValue(name, out var type))
            return null;
        try
        {
            return (PortalEvent?)JsonSerializer.Deserialize(content, type, Json);
        }
        catch (JsonException)
        {
            return null; // of another version
        }
    }

    private sealed class MacConverter : JsonConverter<MacAddress>
    {
        public override MacAddress Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            MacAddress.TryParse(reader.GetString() ?? "", out var mac) ? mac : throw new JsonException();

        public override void Write(Utf8JsonWriter writer, MacAddress value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
