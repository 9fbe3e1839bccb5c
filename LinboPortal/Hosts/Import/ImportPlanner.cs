using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LinboPortal.Core.Groups;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.StartConf;

namespace LinboPortal.Hosts.Import;

/// <summary>Holds files against the data and says what would change. Touches nothing.</summary>
internal sealed class ImportPlanner
{
    private readonly ImportData data;
    private readonly ImportWishes wishes;
    private readonly List<ImportIssue> issues = [];
    private readonly List<string> ignored = [];
    private readonly List<GroupChange> groups = [];
    private readonly HashSet<string> given = new(StringComparer.Ordinal);
    private readonly List<KeptFile> kept = [];
    private readonly List<(string File, DevicesCsv Csv)> devices = [];
    private readonly List<SubnetChange> subnetChanges = [];
    private IReadOnlyList<Subnet>? subnets;
    private int unchangedGroups;

    private ImportPlanner(ImportData data, ImportWishes wishes) => (this.data, this.wishes) = (data, wishes);

    public static ImportPlan Plan(IReadOnlyList<ImportFile> files, ImportWishes wishes, ImportData data)
    {
        var planner = new ImportPlanner(data, wishes);
        HashSet<ImportKind> seen = [];
        foreach (var file in files.OrderBy(f => f.Name, StringComparer.Ordinal))
            planner.Read(file, seen);
        return planner.Finish(Fingerprint(files, wishes, data));
    }

    private void Read(ImportFile file, HashSet<ImportKind> seen)
    {
        if (ImportFile.KindOf(file.Name, wishes.School) is not { } kind)
        {
            ignored.Add(file.Name);
            issues.Add(new ImportIssue.Whole(file.Name, ImportFileProblem.NotKnown));
            return;
        }

        if (!seen.Add(kind))
            issues.Add(new ImportIssue.Whole(file.Name, ImportFileProblem.Twice));
        else if (file.Content.LongLength > ImportFile.MaxLength)
            issues.Add(new ImportIssue.Whole(file.Name, ImportFileProblem.TooLarge));
        else if (file.Content.Length == 0)
            issues.Add(new ImportIssue.Whole(file.Name, ImportFileProblem.Empty));
        else if (kind is ImportKind.StartConf(var reserved) && HostGroup.IsReserved(reserved))
            issues.Add(new ImportIssue.Whole(file.Name, ImportFileProblem.Reserved));
        else if (kind is ImportKind.StartConf(var group))
            ReadStartConf(file, group);
        else if (kind is ImportKind.Devices(var school))
            ReadDevices(file, school);
        else
            ReadSubnets(file);
    }

    private void ReadStartConf(ImportFile file, string group)
    {
        if (!StartConfReader.TryDecode(file.Content, out var text))
        {
            var (line, column) = FirstBadByte(file.Content);
            issues.Add(new ImportIssue.Whole(file.Name, ImportFileProblem.NotUtf8, line, column));
            return;
        }

        foreach (var problem in StartConfRules.Check(StartConfReader.Read(text), group))
            issues.Add(new ImportIssue.StartConf(file.Name, problem, problem.Severity == ProblemSeverity.Warning));
        given.Add(group);
        var old = data.Groups.GetValueOrDefault(group)?.StartConf;
        if (old == text)
            unchangedGroups++;
        else
            groups.Add(new GroupChange(group, old, text));
    }

    private static (int Line, int Column) FirstBadByte(byte[] content)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(content.AsSpan(at), out _, out var length) == System.Buffers.OperationStatus.Done)
            at += length;
        var before = content.AsSpan(0, at);
        return (before.Count((byte)'\n') + 1, at - (before.LastIndexOf((byte)'\n') + 1) + 1);
    }

    private void ReadDevices(ImportFile file, string school)
    {
        var csv = DevicesCsv.Read(file.Content, school);
        devices.Add((file.Name, csv));
        if (csv.Rows.Count == 0 && !csv.HasErrors)
            issues.Add(new ImportIssue.Whole(file.Name, ImportFileProblem.NoHosts));
        issues.AddRange(csv.Issues.Select(i => new ImportIssue.Row(file.Name, i.Line, i.Column, i.Issue)));
        Keep(school, file.Content);
    }

    private void ReadSubnets(ImportFile file)
    {
        var csv = SubnetsCsv.Read(file.Content);
        issues.AddRange(csv.Issues.Select(i => new ImportIssue.Row(file.Name, i.Line, i.Column, i.Issue)));
        Keep(SubnetRows.FileKey, file.Content);
        var wanted = csv.Subnets.ToDictionary(s => s.Network, SubnetRows.Write);
        var known = data.Subnets.ToDictionary(s => s.Network, SubnetRows.Write);
        // A row that could not be read is not a row that is missing.
        List<Subnet> stay = [.. data.Subnets.Where(s => !wanted.ContainsKey(s.Network) && (!wishes.DeleteMissing || csv.Unread.Contains(s.Network)))];
        subnetChanges.AddRange(csv.Subnets.Where(s => known.GetValueOrDefault(s.Network) != wanted[s.Network])
            .Select(s => new SubnetChange(s.Network.ToString(), known.GetValueOrDefault(s.Network), wanted[s.Network])));
        if (wishes.DeleteMissing)
            subnetChanges.AddRange(data.Subnets.Where(s => !wanted.ContainsKey(s.Network) && !csv.Unread.Contains(s.Network)).Select(s => new SubnetChange(s.Network.ToString(), known[s.Network], null)));
        List<Subnet> all = [.. csv.Subnets, .. stay];
        if (!all.Select(SubnetRows.Write).SequenceEqual(data.Subnets.Select(SubnetRows.Write)))
            subnets = all;
    }

    private void Keep(string key, byte[] content)
    {
        if (!data.Files.TryGetValue(key, out var old) || !old.AsSpan().SequenceEqual(content))
            kept.Add(new KeptFile(key, content));
    }

    private ImportPlan Finish(string fingerprint)
    {
        TakeSchoolsGroups();
        var comparison = new HostComparison(data, devices, wishes.DeleteMissing, (subnets ?? data.Subnets).Select(s => s.Network).ToList());
        issues.AddRange(comparison.Issues);
        return new ImportPlan
        {
            New = comparison.New,
            Changed = comparison.Changed,
            Missing = comparison.Missing,
            Unchanged = comparison.Unchanged,
            Groups = groups,
            UnchangedGroups = unchangedGroups,
            Subnets = subnetChanges,
            AllSubnets = subnets,
            Files = kept,
            Ignored = ignored,
            Issues = [.. issues.OrderBy(i => i.IsWarning).ThenBy(i => i.File, StringComparer.Ordinal).ThenBy(i => i.Line).ThenBy(i => i.Column)],
            DeleteMissing = wishes.DeleteMissing,
            NeedsNumber = wishes.DeleteMissing && IsMuch(comparison.Missing),
            Fingerprint = fingerprint,
        };
    }

    /// <summary>A school other than the default one has groups of its own where there is <c>start.conf.&lt;school&gt;+&lt;group&gt;</c>.</summary>
    private void TakeSchoolsGroups()
    {
        foreach (var (file, csv) in devices)
        {
            csv.Replace(d => d.Group is { } group && IsGroup(Device.GroupPrefix(csv.School) + group) ? d with { Group = Device.GroupPrefix(csv.School) + group } : d);
            var shared = csv.Rows.Where(r => r.Device.Group is not null && BootsLinbo(r.Device))
                .GroupBy(r => r.Device.Group!).Select(g => (Row: g.First(), Other: SchoolWith(g.Key, csv.School)));
            issues.AddRange(shared.Where(s => s.Other is not null).Select(s => new ImportIssue.Row(
                file, s.Row.Line, csv.ColumnOf(s.Row.Line, HostField.Group),
                new HostIssue(HostField.Group, HostProblem.SharedGroup, s.Row.Device.Group!, s.Other!, IsWarning: true))));
        }
    }

    private bool IsGroup(string name) => given.Contains(name) || data.Groups.ContainsKey(name);

    /// <summary>Another school that has PCs in the group: after the import where its file is given, else as it is now.</summary>
    private string? SchoolWith(string group, string not) => devices.Where(d => d.Csv.School != not)
        .FirstOrDefault(d => d.Csv.Rows.Any(r => r.Device.Group == group && BootsLinbo(r.Device))).Csv?.School
        ?? data.Hosts.FirstOrDefault(h => h.School != not && h.Device.Group == group && BootsLinbo(h.Device) && !devices.Any(d => d.Csv.School == h.School))?.School;

    private static bool BootsLinbo(Device device) => device.PxeFlag is "1" or "2";

    private bool IsMuch(IReadOnlyList<MissingHost> missing)
    {
        var known = data.Hosts.CountBy(h => h.School).ToDictionary();
        return missing.Count > 0 && (missing.Count * 5 > data.Hosts.Count || missing.CountBy(m => m.School).Any(m => m.Value == known[m.Key]));
    }

    private static string Fingerprint(IReadOnlyList<ImportFile> files, ImportWishes wishes, ImportData data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add($"{wishes.School}/{wishes.DeleteMissing}");
        foreach (var file in files.OrderBy(f => f.Name, StringComparer.Ordinal))
        {
            Add(file.Name);
            hash.AppendData(SHA256.HashData(file.Content));
        }

        foreach (var host in data.Hosts.OrderBy(h => h.Id))
            Add(string.Create(CultureInfo.InvariantCulture, $"{host.Id}:{host.Version}"));
        foreach (var group in data.Groups.Values.OrderBy(g => g.Id))
            Add(string.Create(CultureInfo.InvariantCulture, $"{group.Id}:{group.Version}"));
        foreach (var subnet in data.Subnets)
            Add(SubnetRows.Write(subnet));
        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Add(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + "\n"));
    }
}
