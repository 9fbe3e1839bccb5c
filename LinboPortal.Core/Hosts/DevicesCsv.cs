namespace LinboPortal.Core.Hosts;

/// <summary>One host of devices.csv and the line that it stands in (from 1).</summary>
public sealed record DeviceRow(int Line, Device Device);

/// <summary>
/// devices.csv of linuxmuster.net (linbo.md 6.1), read without loss: what is not changed is written back byte for byte.
/// Columns are separated by semicolons, there is no quoting; a row that starts with anything but a letter or digit is a comment.
/// </summary>
public sealed partial class DevicesCsv
{
    /// <summary>Room, name, group, MAC and address; the rest may be left out.</summary>
    public const int MinColumns = 5;

    private readonly CsvLines lines;
    private readonly List<DeviceRow> rows = [];
    private readonly List<CsvIssue> issues = [];

    private DevicesCsv(ReadOnlySpan<byte> content, string school)
    {
        School = school;
        lines = CsvLines.Read(content, issues);
        foreach (var line in lines.All)
            ReadLine(line);
        CheckDuplicates();
        issues.Sort((a, b) => (a.Line, a.Column).CompareTo((b.Line, b.Column)));
    }

    /// <summary>The school whose file it is.</summary>
    public string School { get; }

    /// <summary>The hosts, in the order of the file; rows with errors are missing.</summary>
    public IReadOnlyList<DeviceRow> Rows => rows;

    /// <summary>Everything that is wrong or doubtful, in the order of the file.</summary>
    public IReadOnlyList<CsvIssue> Issues => issues;

    /// <summary>True where the file cannot be taken as it is.</summary>
    public bool HasErrors => issues.Any(i => !i.Issue.IsWarning);

    /// <summary>Reads a file. Never throws: all that is wrong is in <see cref="Issues"/>.</summary>
    public static DevicesCsv Read(ReadOnlySpan<byte> content, string school) => new(content, school);

    /// <summary>The school that a file name stands for: <c>devices.csv</c> or <c>&lt;school&gt;.devices.csv</c>; null for other files.</summary>
    public static string? SchoolOf(string fileName)
    {
        const string Name = "devices.csv";
        if (fileName.Equals(Name, StringComparison.OrdinalIgnoreCase))
            return Host.DefaultSchool;
        if (!fileName.EndsWith("." + Name, StringComparison.OrdinalIgnoreCase))
            return null;
        var school = fileName[..^(Name.Length + 1)];
        return HostName.CheckRoom(school) is null ? school.ToLowerInvariant() : null;
    }

    /// <summary>The name of a school's file.</summary>
    public static string FileNameOf(string school) =>
        HostName.Prefix(school).Length == 0 ? "devices.csv" : $"{school.ToLowerInvariant()}.devices.csv";

    /// <summary>Where a field of a row starts, from 1.</summary>
    public int ColumnOf(DeviceRow row, HostField field) => ColumnOf(lines.All[row.Line - 1].Text!, field);

    private static bool IsComment(string text) => text.Length == 0 || !char.IsLetterOrDigit(text, 0);

    private void ReadLine(CsvLine line)
    {
        if (line.Text is not { } text)
            return;
        if (IsComment(text))
        {
            if (text.Length > 0 && char.IsWhiteSpace(text[0]) && text.TrimStart() is [not '#', ..] && text.Count(c => c == ';') >= MinColumns - 1)
                Add(line.Number, text, new HostIssue(HostField.Row, HostProblem.CommentLooksLikeRow, text.Trim(), IsWarning: true));
            return;
        }

        var fields = text.Split(';');
        if (fields.Length < MinColumns)
        {
            Add(line.Number, text, new HostIssue(HostField.Row, HostProblem.MissingColumns, text, $"{MinColumns}"), text.Length + 1);
            return;
        }

        List<HostIssue> found = [];
        if (TextsOf(fields).Read(School, found) is { } device)
            rows.Add(new DeviceRow(line.Number, device));
        foreach (var issue in found)
            Add(line.Number, text, issue);
    }

    private static DeviceTexts TextsOf(string[] fields) => new(field => (int)field < fields.Length ? fields[(int)field].Trim() : "");

    private void Add(int line, string text, HostIssue issue, int? column = null) =>
        issues.Add(new CsvIssue(line, column ?? ColumnOf(text, issue.Field), issue));

    /// <summary>Where a field starts, from 1; the end of the line where it has no such field.</summary>
    private static int ColumnOf(string text, HostField field)
    {
        var at = 0;
        for (var i = 0; i < (int)field; i++)
        {
            var separator = text.IndexOf(';', at);
            if (separator < 0)
                return text.Length + 1;
            at = separator + 1;
        }

        return at + 1;
    }

    private void CheckDuplicates()
    {
        CheckDuplicates(HostField.Name, r => r.Device.Name);
        CheckDuplicates(HostField.Mac, r => r.Device.Mac);
        CheckDuplicates(HostField.Address, r => r.Device.Address);
    }

    private void CheckDuplicates<T>(HostField field, Func<DeviceRow, T?> key)
    {
        foreach (var same in rows.Where(r => key(r) is not null).GroupBy(key).Where(g => g.Skip(1).Any()))
        {
            var first = same.First();
            foreach (var row in same.Skip(1))
            {
                var issue = new HostIssue(field, HostProblem.DuplicateInFile, row.Device.TextOf(field, School), $"{first.Line}");
                Add(row.Line, lines.All[row.Line - 1].Text!, issue);
            }
        }
    }
}
