using System.Globalization;
using System.Text;
using LinboPortal.Core.Accounts;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Accounts.Audit;

/// <summary>The audit log as a table for office programs: in the words of the page.</summary>
internal static class AuditCsv
{
    /// <summary>The first line.</summary>
    public static string Head(IStringLocalizer<AuditText> text) => Line(text["Time"], text["Person"], text["What"], text["Object"], text["More"], text["ActionName"]);

    /// <summary>The line of an entry.</summary>
    public static string Row(IStringLocalizer<AuditText> text, AuditEntry entry) => Line(
        entry.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture), entry.Person, text.SentenceOf(entry), entry.Subject,
        string.Join("; ", text.DetailsOf(entry)), entry.Action);

    private static string Line(params string[] cells) => string.Join(';', cells.Select(Cell)) + "\r\n";

    // An office program takes a text that begins so for a formula.
    private static string Cell(string value)
    {
        var cell = new StringBuilder("\"");
        if (value is ['=' or '+' or '-' or '@' or '\t' or '\r', ..])
            cell.Append('\'');
        return cell.Append(value.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"').ToString();
    }
}
