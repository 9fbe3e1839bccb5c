using System.Globalization;
using System.Net;

namespace LinboPortal.Core.Hosts;

/// <summary>One host of devices.csv and the line that it stands in (from 1).</summary>
public sealed record DeviceRow(int Line, Device Device);

/// <summary>
/// devices.csv of linuxmuster.net (linbo.md 6.1), read without loss: what is not changed is written back byte for byte.
/// Columns are separated by semicolons, there is no quoting (what a spreadsheet put in quotation marks is read without them); a row that
/// starts with anything but a letter or digit is a comment.
/// </summary>
public sealed partial class DevicesCsv
{
    /// <summary>Room, name, group, MAC and address; the rest may be left out.</summary>
    public const int MinColumns = 5;

    private readonly CsvLines lines;
    private readonly List<DeviceRow> rows = [];
    private readonly List<CsvIssue> issues = [];
    private readonly List<DeviceKeys> keys = [];
    private readonly List<DeviceKeys> unread = [];
    private int quotedRows;

    private DevicesCsv(ReadOnlySpan<byte> content, string school)
    {
        School = school;
        lines = CsvLines.Read(content, issues);
        foreach (var line in lines.All)
            ReadLine(line);
        CheckDuplicates();
        if (quotedRows > 0)
            issues[issues.FindIndex(i => i.Issue.Problem == HostProblem.Quoted)] = QuotedIssue();
        issues.Sort((a, b) => (a.Line, a.Column).CompareTo((b.Line, b.Column)));
    }

    /// <summary>The school whose file it is.</summary>
    public string School { get; }

    /// <summary>The hosts, in the order of the file; rows with errors are missing.</summary>
    public IReadOnlyList<DeviceRow> Rows => rows;

    /// <summary>Everything that is wrong or doubtful, in the order of the file.</summary>
    public IReadOnlyList<CsvIssue> Issues => issues;

    /// <summary>What every row names, those with errors included, as far as it can be read.</summary>
    public IReadOnlyList<DeviceKeys> Keys => keys;

    /// <summary>What rows name that are no hosts to the import, for an error or because they are read as comments: those hosts are not missing in the file.</summary>
    public IReadOnlyList<DeviceKeys> Unread => [.. unread, .. keys.ExceptBy(rows.Select(r => r.Line), k => k.Line)];

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

    /// <summary>Where a field of a line starts, from 1.</summary>
    public int ColumnOf(int line, HostField field) => CsvCells.Read(lines.All[line - 1].Text!).ColumnOf((int)field);

    /// <summary>Puts other devices in the place of those that were read: the same host in another group.</summary>
    public void Replace(Func<Device, Device> change)
    {
        for (var i = 0; i < rows.Count; i++)
            rows[i] = rows[i] with { Device = change(rows[i].Device) };
    }

    private void ReadLine(CsvLine line)
    {
        if (line.Text is not { } text)
            return;
        var cells = CsvCells.Read(text);
        if (text.Length == 0 || !char.IsLetterOrDigit(cells.HasQuotes ? cells[0].FirstOrDefault() : text[0]))
        {
            ReadComment(line.Number, text, cells);
            return;
        }

        CheckQuotes(line.Number, cells);
        if (cells.Count < MinColumns)
        {
            if (OtherSeparator(text) is { } other)
                Add(line.Number, cells, new HostIssue(HostField.Row, HostProblem.WrongSeparator, text, other));
            else
                Add(line.Number, cells, new HostIssue(HostField.Row, HostProblem.MissingColumns, text, $"{MinColumns}"), text.Length + 1);
            return;
        }

        List<HostIssue> found = [];
        if (new DeviceTexts(field => cells[(int)field]).Read(School, found, isFile: true) is { } device)
            rows.Add(new DeviceRow(line.Number, device));
        keys.Add(KeysOf(line.Number, cells));
        foreach (var issue in found)
            Add(line.Number, cells, issue);
    }

    /// <summary>A row behind another sign than <c>#</c> may be meant as a host: it is pointed out, and the host is not taken for missing.</summary>
    private void ReadComment(int line, string text, CsvCells cells)
    {
        if (cells.Count < MinColumns && text.TrimStart() is ['"', ..] && OtherSeparator(text) is { } other)
            Add(line, cells, new HostIssue(HostField.Row, HostProblem.WrongSeparator, text, other));
        if (text.TrimStart() is ['#', ..] || cells.Count < MinColumns || cells.HasQuotes && cells[0] is ['#', ..])
            return;
        var named = KeysOf(line, cells);
        if (named.Name is null && named.Mac is null)
            return;
        unread.Add(named);
        Add(line, cells, new HostIssue(HostField.Row, HostProblem.CommentLooksLikeRow, text.Trim(), IsWarning: true), 1);
    }

    private static string? OtherSeparator(string text) =>
        text.Count(c => c == ',') >= MinColumns - 1 ? "," : text.Count(c => c == '\t') >= MinColumns - 1 ? "\\t" : null;

    private DeviceKeys KeysOf(int line, CsvCells cells) => new(
        line,
        HostName.Read(cells[(int)HostField.Name], School, "", out var name) is null ? name.Value : null,
        MacAddress.TryParseAny(cells[(int)HostField.Mac], out var mac) ? mac : null,
        HostAddress.TryParseFixed(cells[(int)HostField.Address], out var address) ? address : null);

    private void CheckQuotes(int line, CsvCells cells)
    {
        if (cells.Unclosed is { } open)
            issues.Add(new CsvIssue(line, open.Start + 1, new HostIssue(HostField.Row, HostProblem.QuoteNotClosed, open.Text, IsWarning: true)));
        if (cells.HasQuotes && quotedRows++ == 0)
            issues.Add(new CsvIssue(line, 1, new HostIssue(HostField.Row, HostProblem.Quoted, "", IsWarning: true)));
    }

    private CsvIssue QuotedIssue()
    {
        var first = issues.Find(i => i.Issue.Problem == HostProblem.Quoted)!;
        return first with { Issue = first.Issue with { Other = quotedRows.ToString(CultureInfo.InvariantCulture) } };
    }

    private void Add(int line, CsvCells cells, HostIssue issue, int? column = null) =>
        issues.Add(new CsvIssue(line, column ?? cells.ColumnOf((int)issue.Field), issue));

    /// <summary>Rows with errors count too, so that nobody mends them only to learn of the duplicate then.</summary>
    private void CheckDuplicates()
    {
        CheckDuplicates(HostField.Name, k => k.Name);
        CheckDuplicates(HostField.Mac, k => k.Mac);
        CheckDuplicates(HostField.Address, k => k.Address);
    }

    private void CheckDuplicates<T>(HostField field, Func<DeviceKeys, T?> key)
    {
        foreach (var same in keys.Where(k => key(k) is not null).GroupBy(key).Where(g => g.Skip(1).Any()))
        {
            var first = same.First();
            foreach (var row in same.Skip(1))
            {
                var cells = CsvCells.Read(lines.All[row.Line - 1].Text!);
                Add(row.Line, cells, new HostIssue(field, HostProblem.DuplicateInFile, row.TextOf(field, School), $"{first.Line}"));
            }
        }
    }
}

/// <summary>What a row names a host by, as far as it can be read; null where it cannot.</summary>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Name">The name with the school's prefix, in lower case.</param>
/// <param name="Mac">The MAC address.</param>
/// <param name="Address">The fixed address.</param>
public sealed record DeviceKeys(int Line, string? Name, MacAddress? Mac, IPAddress? Address)
{
    /// <summary>As devices.csv has it.</summary>
    public string TextOf(HostField field, string school) => field switch
    {
        HostField.Name => HostName.WithoutPrefix(Name ?? "", school),
        HostField.Mac => Mac?.ToString() ?? "",
        HostField.Address => Address?.ToString() ?? "",
        _ => throw new ArgumentOutOfRangeException(nameof(field), field, null),
    };
}
