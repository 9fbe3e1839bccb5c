using LinboPortal.Core.StartConf;

namespace LinboPortal.Hosts.Import;

/// <summary>What an import changes in a start.conf, as lines that begin with <c>+</c>, <c>-</c> or a blank; <c>…</c> stands for lines left out.</summary>
internal static class ImportDiff
{
    private const int Context = 2;

    public static IEnumerable<string> Of(GroupChange change) =>
        LineDiff.WithContext(LineDiff.Compare(change.From ?? "", change.To), Context).Select(line => line is null ? "…" : SignOf(line.Change) + line.Text);

    private static string SignOf(LineChange change) => change switch
    {
        LineChange.Added => "+",
        LineChange.Removed => "-",
        _ => " ",
    };
}
