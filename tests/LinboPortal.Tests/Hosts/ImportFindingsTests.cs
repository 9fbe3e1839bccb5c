using System.Text.RegularExpressions;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Jobs;
using LinboPortal.Core.StartConf;
using LinboPortal.Hosts.Import;

namespace LinboPortal.Tests.Hosts;

public sealed partial class ImportFindingsTests
{
    [Fact]
    public void The_page_about_import_names_every_finding_and_no_other()
    {
        var rows = Row().Matches(File.ReadAllText(Path.Combine(Root(AppContext.BaseDirectory), "docs", "import.md"))).Select(m => (In: m.Groups[1].Value, Name: m.Groups[2].Value, Kind: m.Groups[3].Value)).ToList();
        Assert.Equal(Names<ImportFileProblem>(), In("file"));
        Assert.Equal(Names<HostProblem>(), In("devices.csv, subnets.csv"));
        Assert.Equal(Names<StartConfProblemCode>(), In("start.conf"));
        Assert.Equal(Names<ICalendarProblemCode>(), In("calendar"));
        Assert.All(rows, r => Assert.Matches("^(error|warning)", r.Kind));

        IEnumerable<string> In(string where) => rows.Where(r => r.In == where).Select(r => r.Name).Order(StringComparer.Ordinal);
    }

    private static string Root(string directory) =>
        File.Exists(Path.Combine(directory, "LinboPortal.sln")) ? directory : Root(Path.GetDirectoryName(directory)!);

    private static IEnumerable<string> Names<T>() where T : struct, Enum => Enum.GetNames<T>().Order(StringComparer.Ordinal);

    [GeneratedRegex(@"^\| ([^|`]+) \| `(\w+)` \| ([^|]+) \| [^|]+ \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
