namespace LinboPortal.Core.Hosts;

public sealed partial class DevicesCsv
{
    private const int ColumnCount = 16;

    /// <summary>
    /// The file with these hosts instead: changed columns of changed rows are replaced, rows of hosts that are gone are left out,
    /// new hosts stand at the end. Everything else stays byte for byte.
    /// </summary>
    /// <param name="devices">All hosts of the school as they are now.</param>
    /// <exception cref="InvalidOperationException">The file has errors: read it anew without.</exception>
    public byte[] Update(IReadOnlyCollection<Device> devices)
    {
        if (HasErrors)
            throw new InvalidOperationException("A devices.csv with errors cannot be updated.");
        var match = DeviceMatch.Of(rows, r => r.Device.Name, r => [r.Device.Mac], [.. devices.Select(d => d.InFileOf(School))]);
        var byLine = match.Pairs.ToDictionary(p => p.Existing.Line, p => p);
        var gone = match.Gone.Select(r => r.Line).ToHashSet();
        List<CsvLine> result = [];
        foreach (var line in lines.All)
        {
            if (byLine.TryGetValue(line.Number, out var pair))
                result.Add(line with { Text = Patch(line.Text!, pair.Existing.Device.InFileOf(School), pair.Device) });
            else if (!gone.Contains(line.Number))
                result.Add(line);
        }

        result.AddRange(match.New.Select(device => new CsvLine(0, Write(device), lines.Ending)));
        return lines.Write(WithEndings(result));
    }

    private string Patch(string text, Device old, Device device)
    {
        var changed = Device.Fields.Where(f => !device.SameAs(old, f, School)).ToList();
        if (changed.Count == 0)
            return text;
        return CsvCells.Read(text).With(changed.ToDictionary(f => (int)f, f => device.TextOf(f, School)));
    }

    private string Write(Device device)
    {
        var fields = Enumerable.Repeat("", ColumnCount).ToArray();
        foreach (var field in Device.Fields)
            fields[(int)field] = device.TextOf(field, School);
        return string.Join(';', fields);
    }

    /// <summary>A file that ended without a line ending still does; every line before the last has one.</summary>
    private IEnumerable<CsvLine> WithEndings(List<CsvLine> result)
    {
        var endsOpen = lines.All is [.., { Ending: "" }];
        for (var i = 0; i < result.Count; i++)
        {
            var isLast = i == result.Count - 1;
            var line = result[i];
            yield return isLast && endsOpen ? line with { Ending = "" } : line.Ending.Length == 0 ? line with { Ending = lines.Ending } : line;
        }
    }
}
