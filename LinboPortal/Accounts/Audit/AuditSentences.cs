using System.Globalization;
using System.Text.Json;
using LinboPortal.Core.Accounts;
using LinboPortal.Shell;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Accounts.Audit;

/// <summary>Entries of the audit log as sentences: "admin changed the PC r101-pc01.", and "room: r101 → r102".</summary>
internal static class AuditSentences
{
    private const char Apart = '\u0001';

    extension(IStringLocalizer<AuditText> text)
    {
        /// <summary>The words of an action's sentence, without person and object.</summary>
        public string TemplateOf(string action) => text[$"Action.{action}"] is { ResourceNotFound: false } known
            ? known.Value.Replace("{0}", "", StringComparison.Ordinal).Replace("{1}", "", StringComparison.Ordinal)
            : "";

        /// <summary>The keys of what begins with <paramref name="prefix"/> and is called so in the person's language.</summary>
        public string[] Named(string prefix, string word) =>
        [
            .. text.GetAllStrings(includeParentCultures: true)
                .Where(s => s.Name.StartsWith(prefix, StringComparison.Ordinal) && s.Value.Contains(word, StringComparison.CurrentCultureIgnoreCase))
                .Select(s => s.Name[prefix.Length..]).Distinct(),
        ];

        /// <summary>The sentence; person and object stand apart from its words, so that the page can mark them.</summary>
        public IReadOnlyList<(string Text, bool IsName)> PartsOf(AuditEntry entry)
        {
            var subject = entry.Action == AuditActions.JobCreate ? text.Target(entry.Subject) : entry.Subject;
            var (person, name) = ($"{Apart}{entry.Person}{Apart}", $"{Apart}{subject}{Apart}");
            var sentence = text[$"Action.{entry.Action}"] is { ResourceNotFound: false } ? text[$"Action.{entry.Action}", person, name] : text["Unknown", person, name, entry.Action];
            return [.. sentence.Value.Split(Apart).Select((part, i) => (part, i % 2 == 1)).Where(p => p.part.Length > 0)];
        }

        /// <summary>The sentence as plain text.</summary>
        public string SentenceOf(AuditEntry entry) => string.Concat(text.PartsOf(entry).Select(p => p.Text));

        /// <summary>What else is known of it, a fact each: "role: Teacher", "room: r101 → r102".</summary>
        public IReadOnlyList<string> DetailsOf(AuditEntry entry)
        {
            if (entry.Details is null)
                return [];
            using var document = JsonDocument.Parse(entry.Details);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return [text.ValueOf("", root)];
            var isSchedule = entry.Action.StartsWith("schedule.", StringComparison.Ordinal);
            if (root.TryGetProperty("from", out var from) && root.TryGetProperty("to", out var to) && (from.ValueKind, to.ValueKind) is not (JsonValueKind.String, JsonValueKind.String))
                return from.ValueKind == JsonValueKind.Object && to.ValueKind == JsonValueKind.Object ? text.Changes(from, to, isSchedule) : [text.ChangeOf(null, "", from, to)];
            return [.. root.EnumerateObject().Where(p => IsShown(p.Name, p.Value)).Select(p => text.FactOf(p.Name, p.Value, isSchedule))];
        }

        private IReadOnlyList<string> Changes(JsonElement from, JsonElement to, bool isSchedule) =>
        [
            .. to.EnumerateObject().Where(p => !from.TryGetProperty(p.Name, out var old) || old.GetRawText() != p.Value.GetRawText())
                .Select(p => text.ChangeOf(text.Label(p.Name, isSchedule), isSchedule ? Key(p.Name, true) : p.Name, from.TryGetProperty(p.Name, out var old) ? old : default, p.Value)),
        ];

        private string FactOf(string name, JsonElement value, bool isSchedule)
        {
            if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("from", out var from) && value.TryGetProperty("to", out var to))
                return text.ChangeOf(text.Label(name, isSchedule), name, from, to);
            return text["Fact", text.Label(name, isSchedule), text.ValueOf(Key(name, isSchedule), value)];
        }

        private string ChangeOf(string? label, string name, JsonElement from, JsonElement to)
        {
            var (before, after) = (text.ValueOf(name, from), text.ValueOf(name, to));
            return label is null ? $"{before} → {after}" : text["Change", label, before, after];
        }

        private string Label(string name, bool isSchedule) => text[$"Detail.{Key(name, isSchedule)}"] is { ResourceNotFound: false } known ? known.Value : name;

        private string ValueOf(string name, JsonElement value) => value.ValueKind switch
        {
            JsonValueKind.True => text["Yes"],
            JsonValueKind.False => text["No"],
            JsonValueKind.Number when name is "size" or "bytes" => Sizes.Bytes(value.GetInt64()),
            JsonValueKind.Number when name.EndsWith("econds", StringComparison.Ordinal) => Sizes.Duration(TimeSpan.FromSeconds(value.GetDouble())),
            JsonValueKind.Number when name is "weekdays" => Weekdays(value.GetInt32()),
            JsonValueKind.Number => value.TryGetInt64(out var whole) ? Sizes.Count(whole) : value.GetRawText(),
            JsonValueKind.String => text.StringOf(name, value.GetString()!),
            JsonValueKind.Array => value.GetArrayLength() == 0 ? text["Empty"] : string.Join(", ", value.EnumerateArray().Select(v => text.ValueOf(name, v))),
            JsonValueKind.Object => string.Join(", ", value.EnumerateObject().Where(p => IsShown(p.Name, p.Value)).Select(p => text.FactOf(p.Name, p.Value, false))),
            _ => text["Empty"],
        };

        private string StringOf(string name, string value)
        {
            if (value.Length == 0)
                return text["Empty"];
            if (name is "target")
                return text.Target(value);
            if (DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
                return Times.Day(day);
            if (name is "from" or "note" && value.StartsWith("copy of ", StringComparison.Ordinal))
                return text["CopyOf", value["copy of ".Length..]];
            if (name is "note" && value.StartsWith("restore of ", StringComparison.Ordinal))
                return text["RestoreOf", value["restore of ".Length..]];
            return name is "role" or "from" or "way" or "end" && text[$"Value.{value}"] is { ResourceNotFound: false } known ? known.Value : value;
        }

        /// <summary>Whom a command was for: "room:r101" is "room r101".</summary>
        private string Target(string target)
        {
            var parts = target.Split(':', 2);
            return text[$"Target.{parts[0]}"] is { ResourceNotFound: false } ? text[$"Target.{parts[0]}", parts.Length > 1 ? parts[1].Replace(",", ", ", StringComparison.Ordinal) : ""] : target;
        }
    }

    /// <summary>How a detail is called in the texts: forms of schedules and image tasks write their names with a capital letter.</summary>
    private static string Key(string name, bool isSchedule) => name.Length == 0 ? name
        : isSchedule && name == "Days" ? "weekdays"
        : char.ToLowerInvariant(name[0]) + name[1..];

    /// <summary>What is empty, or a key of the database, tells nobody anything.</summary>
    private static bool IsShown(string name, JsonElement value) => name is not ("task" or "Id") && value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False or JsonValueKind.Undefined => name is "enabled" or "Enabled",
        JsonValueKind.String => value.GetString()!.Length > 0,
        JsonValueKind.Array => value.GetArrayLength() > 0,
        JsonValueKind.Number => value.GetRawText() != "0" || name is not ("Size" or "BetweenSeconds" or "rooms"),
        _ => true,
    };

    private static string Weekdays(int days) =>
        string.Join(' ', Enumerable.Range(0, 7).Where(d => (days & (1 << d)) != 0).Select(d => CultureInfo.CurrentCulture.DateTimeFormat.AbbreviatedDayNames[(d + 1) % 7]));
}
