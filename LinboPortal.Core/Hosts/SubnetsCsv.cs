using System.Globalization;
using System.Net;

namespace LinboPortal.Core.Hosts;

/// <summary>
/// subnets.csv of linuxmuster.net (linbo.md 6.4): <c>network/prefix;router;range1;range2;nameserver;nextserver;SETUP</c>.
/// As there, a row with an invalid router is left out, and a range counts only where both ends are valid. Rows that are left out are named.
/// </summary>
public sealed class SubnetsCsv
{
    private const string SetupWord = "SETUP";
    private readonly List<Subnet> subnets = [];
    private readonly List<CsvIssue> issues = [];
    private readonly List<IPNetwork> unread = [];
    private int quotedRows;

    private SubnetsCsv(ReadOnlySpan<byte> content)
    {
        foreach (var line in CsvLines.Read(content, issues).All)
        {
            if (line.Text is { } text)
                ReadLine(line.Number, text, CsvCells.Read(text));
        }

        var quoted = issues.FindIndex(i => i.Issue.Problem == HostProblem.Quoted);
        if (quoted >= 0)
            issues[quoted] = issues[quoted] with { Issue = issues[quoted].Issue with { Other = quotedRows.ToString(CultureInfo.InvariantCulture) } };
    }

    /// <summary>Networks whose rows are left out; they are not missing in the file.</summary>
    public IReadOnlyList<IPNetwork> Unread => unread;

    /// <summary>The networks, in the order of the file.</summary>
    public IReadOnlyList<Subnet> Subnets => subnets;

    /// <summary>Everything that is wrong or doubtful.</summary>
    public IReadOnlyList<CsvIssue> Issues => issues;

    /// <summary>True where the file cannot be taken as it is.</summary>
    public bool HasErrors => issues.Any(i => !i.Issue.IsWarning);

    /// <summary>Reads a file. Never throws.</summary>
    public static SubnetsCsv Read(ReadOnlySpan<byte> content) => new(content);

    private void ReadLine(int line, string text, CsvCells cells)
    {
        if (text.Length > 0 && char.IsAsciiDigit(cells.HasQuotes ? cells[0].FirstOrDefault() : text[0]))
        {
            if (cells.HasQuotes && quotedRows++ == 0)
                issues.Add(new CsvIssue(line, 1, new HostIssue(HostField.Row, HostProblem.Quoted, "", IsWarning: true)));
            ReadRow(line, cells);
            return;
        }

        // Behind another sign than # a network may be meant.
        if (text.TrimStart() is "" or ['#', ..] || cells.Count < 2 || Enumerable.Range(0, cells.Count).All(i => cells[i].Length == 0))
            return;
        if (TryReadNetwork(cells[0].TrimStart("\uFEFF;\"' ".ToCharArray()), out var network))
            unread.Add(network);
        issues.Add(new CsvIssue(line, 1, new HostIssue(HostField.Row, HostProblem.NetworkRowNotRead, text.Trim(), IsWarning: true)));
    }

    private void ReadRow(int line, CsvCells cells)
    {
        if (!TryReadNetwork(Field(0), out var network))
        {
            Add(0, HostField.Network, HostProblem.NotAnAddress, isWarning: false);
            return;
        }

        if (subnets.Find(s => s.Network.Equals(network)) is not null)
        {
            Add(0, HostField.Network, HostProblem.DuplicateInFile, isWarning: false);
            return;
        }

        if (!HostAddress.TryParseFixed(Field(1), out var router) || router is null || !network.Contains(router))
        {
            unread.Add(network);
            Add(1, HostField.Router, HostProblem.RowSkipped);
            return;
        }

        var (first, last) = (Address(2, HostField.Range), Address(3, HostField.Range));
        var hasRange = first is not null && last is not null && network.Contains(first) && network.Contains(last)
            && HostAddress.ToNumber(first) <= HostAddress.ToNumber(last);
        if (!hasRange && (first is not null || last is not null))
            Add(2, HostField.Range, HostProblem.RangeNotUsed);
        for (var i = 6; i < cells.Count; i++)
        {
            if (Field(i).Length > 0 && !(i == 6 && IsSetup()))
                Add(i, HostField.Row, HostProblem.CellNotUsed);
        }

        subnets.Add(new Subnet
        {
            Position = subnets.Count,
            Network = network,
            Router = router,
            RangeFirst = hasRange ? first : null,
            RangeLast = hasRange ? last : null,
            NameServer = Address(4, HostField.NameServer),
            NextServer = Address(5, HostField.NextServer),
            IsSetup = IsSetup(),
        });

        string Field(int index) => cells[index];

        bool IsSetup() => Field(6).Equals(SetupWord, StringComparison.OrdinalIgnoreCase);

        IPAddress? Address(int index, HostField field)
        {
            if (Field(index).Length == 0)
                return null;
            if (!HostAddress.TryParseFixed(Field(index), out var address))
                Add(index, field, HostProblem.NotAnAddress);
            return address;
        }

        void Add(int index, HostField field, HostProblem problem, bool isWarning = true) => issues.Add(new CsvIssue(
            line, cells.ColumnOf(index), new HostIssue(field, problem, Field(index), IsWarning: isWarning)));
    }

    private static bool TryReadNetwork(string text, out IPNetwork network)
    {
        network = default;
        return text.Split('/') is [var address, var prefix]
            && HostAddress.TryParseFixed(address, out var ip) && ip is not null
            && int.TryParse(prefix, NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length is > 0 and <= 32
            && (HostAddress.ToNumber(ip) & (length == 32 ? 0 : uint.MaxValue >> length)) == 0
            && IPNetwork.TryParse($"{ip}/{length}", out network);
    }
}
