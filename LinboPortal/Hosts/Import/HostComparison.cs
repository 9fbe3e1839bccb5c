using System.Net;
using LinboPortal.Core.Hosts;

namespace LinboPortal.Hosts.Import;

/// <summary>The hosts of the files against those of the database: what is new, changed, missing, and what collides.</summary>
internal sealed class HostComparison
{
    private readonly ImportData data;
    private readonly IReadOnlyList<(string File, DevicesCsv Csv)> files;
    private readonly List<NewHost> added = [];
    private readonly List<ChangedHost> changed = [];
    private readonly List<MissingHost> missing = [];
    private readonly List<ImportIssue> issues = [];
    private readonly Dictionary<Device, Guid?> keys = new(ReferenceEqualityComparer.Instance);

    public HostComparison(
        ImportData data, IReadOnlyList<(string File, DevicesCsv Csv)> files, bool deleteMissing, IReadOnlyList<IPNetwork> networks)
    {
        (this.data, this.files) = (data, files);
        foreach (var (file, csv) in files)
            Compare(file, csv);
        var gone = deleteMissing ? missing.Select(m => m.Id).ToHashSet() : [];
        CheckUnique(gone);
        CheckNetworks(networks);
    }

    public IReadOnlyList<NewHost> New => added;

    public IReadOnlyList<ChangedHost> Changed => changed;

    public IReadOnlyList<MissingHost> Missing => missing;

    public IReadOnlyList<ImportIssue> Issues => issues;

    public int Unchanged { get; private set; }

    private void Compare(string file, DevicesCsv csv)
    {
        var known = data.Hosts.Where(h => h.School == csv.School).ToList();
        // A file with mistakes still shows what the rest of it would do; duplicates in it are reported already.
        var devices = csv.Rows.DistinctBy(r => r.Device.Name).DistinctBy(r => r.Device.Mac).ToList();
        var lines = devices.ToDictionary(r => r.Device, r => r.Line, (IEqualityComparer<Device>)ReferenceEqualityComparer.Instance);
        var match = DeviceMatch.Of(known, h => h.Device.Name, h => h.Macs, [.. devices.Select(r => r.Device)]);
        foreach (var device in match.New)
        {
            keys[device] = null;
            added.Add(new NewHost(csv.School, device, file, lines[device]));
        }

        foreach (var (host, device) in match.Pairs.Select(p => (p.Existing, p.Device)))
        {
            keys[device] = host.Id;
            var changes = Device.Fields.Where(f => !device.SameAs(host.Device, f, csv.School))
                .Select(f => new FieldChange(f, host.Device.TextOf(f, csv.School), device.TextOf(f, csv.School))).ToList();
            if (changes.Count == 0)
                Unchanged++;
            else
                changed.Add(new ChangedHost(host.Id, host.Device.Name, csv.School, device, changes));
        }

        // A row that could not be read is not a row that is missing.
        var names = csv.Unread.Select(k => k.Name).OfType<string>().ToHashSet();
        var macs = csv.Unread.Select(k => k.Mac).OfType<MacAddress>().ToHashSet();
        missing.AddRange(match.Gone.Where(h => !names.Contains(h.Device.Name) && !h.Macs.Any(macs.Contains)).Select(h => new MissingHost(h.Id, h.School, h.Device.Name, h.Device.Room)).OrderBy(h => h.Name, StringComparer.Ordinal));
    }

    /// <summary>Holds every row against the other files and against the hosts that stay and stand in no file.</summary>
    private void CheckUnique(HashSet<Guid> gone)
    {
        var inFiles = keys.Values.OfType<Guid>().ToHashSet();
        Dictionary<string, Owner> names = [];
        Dictionary<MacAddress, Owner> macs = [];
        Dictionary<IPAddress, List<Owner>> addresses = [];
        foreach (var host in data.Hosts.Where(h => !gone.Contains(h.Id)))
        {
            var owner = new Owner(host.Id, host.School, host.Device.Name, null);
            // Of a host in a file only the further MACs stay; the rest is what the file says.
            foreach (var mac in inFiles.Contains(host.Id) ? host.Macs.Skip(1) : host.Macs)
                macs.TryAdd(mac, owner);
            if (inFiles.Contains(host.Id))
                continue;
            names.TryAdd(host.Device.Name, owner);
            if (host.Device.Address is { } address)
                Of(address).Add(owner);
        }

        foreach (var (file, csv) in files)
        {
            foreach (var row in csv.Rows.Where(r => keys.ContainsKey(r.Device)))
                CheckRow(new Place(file, csv, row));
        }

        // Rows with other errors too, so that nobody mends them only to learn of the next one then.
        foreach (var (file, csv) in files)
        {
            foreach (var keys in csv.Keys.ExceptBy(csv.Rows.Select(r => r.Line), k => k.Line))
                CheckKeys(file, csv, keys);
        }

        void CheckKeys(string file, DevicesCsv csv, DeviceKeys row)
        {
            if (row.Name is not null && names.TryGetValue(row.Name, out var named) && named.School != csv.School)
                issues.Add(new ImportIssue.Row(file, row.Line, csv.ColumnOf(row.Line, HostField.Name), IssueOf(HostField.Name, row.Name, named)));
            if (row.Mac is { } mac && macs.TryGetValue(mac, out var with))
                AddKey(HostField.Mac, mac.ToString(), with);
            if (row.Address is { } address && Of(address).Find(o => o.School == csv.School && o.Name != row.Name) is { } at)
                AddKey(HostField.Address, address.ToString(), at);

            // Its own former self is no other host, and what stands in the same file is told already.
            void AddKey(HostField field, string value, Owner other)
            {
                if (other.Name != row.Name && other.Place?.StartsWith(file + ":", StringComparison.Ordinal) != true)
                    issues.Add(new ImportIssue.Row(file, row.Line, csv.ColumnOf(row.Line, field), IssueOf(field, value, other)));
            }
        }

        List<Owner> Of(IPAddress address)
        {
            if (!addresses.TryGetValue(address, out var owners))
                addresses[address] = owners = [];
            return owners;
        }

        void CheckRow(Place place)
        {
            var device = place.Row.Device;
            var self = new Owner(keys[device], place.Csv.School, device.Name, $"{place.File}:{place.Row.Line}");
            if (!names.TryAdd(device.Name, self))
                Add(place, HostField.Name, device.Name, names[device.Name]);
            if (!macs.TryAdd(device.Mac, self) && !IsSame(macs[device.Mac], self))
                Add(place, HostField.Mac, device.Mac.ToString(), macs[device.Mac]);
            if (device.Address is not { } address)
                return;
            foreach (var other in Of(address))
            {
                if (other.School != self.School)
                    Add(place, HostUniqueness.SameAddress(address, sameSchool: false, other.Name));
                else if (other.Place is null)
                    Add(place, HostField.Address, address.ToString(), other);
            }

            Of(address).Add(self);
        }
    }

    private static bool IsSame(Owner one, Owner other) => one.Id is not null && one.Id == other.Id;

    private void CheckNetworks(IReadOnlyList<IPNetwork> networks)
    {
        if (networks.Count == 0)
            return;
        foreach (var (file, csv) in files)
        {
            foreach (var row in csv.Rows.Where(r => r.Device.Address is { } a && !networks.Any(n => n.Contains(a))))
                Add(new Place(file, csv, row), new HostIssue(HostField.Address, HostProblem.OutsideSubnets, row.Device.Address!.ToString(), IsWarning: true));
        }
    }

    private void Add(Place place, HostField field, string value, Owner other) => Add(place, IssueOf(field, value, other));

    private static HostIssue IssueOf(HostField field, string value, Owner other) => other.Place is { } elsewhere
        ? new HostIssue(field, HostProblem.DuplicateInFile, value, elsewhere)
        : new HostIssue(field, HostProblem.TakenBy, value, other.Name);

    private void Add(Place place, HostIssue issue) => issues.Add(new ImportIssue.Row(place.File, place.Row.Line, place.Csv.ColumnOf(place.Row.Line, issue.Field), issue));

    /// <summary>Who has a value; <paramref name="Place"/> is where it stands in the files, null for the database.</summary>
    private sealed record Owner(Guid? Id, string School, string Name, string? Place);

    private sealed record Place(string File, DevicesCsv Csv, DeviceRow Row);
}
