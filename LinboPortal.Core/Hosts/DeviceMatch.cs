namespace LinboPortal.Core.Hosts;

/// <summary>
/// Which existing host each device of a new list is: the one of the same name, else (it was renamed) the one with the same MAC.
/// </summary>
/// <param name="Pairs">Existing hosts that stay.</param>
/// <param name="New">Devices that no existing host is.</param>
/// <param name="Gone">Existing hosts that the list does not have.</param>
public sealed record DeviceMatch<T>(IReadOnlyList<DeviceMatch<T>.Pair> Pairs, IReadOnlyList<Device> New, IReadOnlyList<T> Gone)
{
    /// <summary>An existing host and what it shall be.</summary>
    public sealed record Pair(T Existing, Device Device);
}

/// <summary>Makes matches.</summary>
public static class DeviceMatch
{
    /// <summary>Matches by name first, then by MAC.</summary>
    /// <param name="existing">What is there.</param>
    /// <param name="nameOf">Its name.</param>
    /// <param name="macsOf">Its addresses.</param>
    /// <param name="devices">What shall be there; names and MACs are unique.</param>
    public static DeviceMatch<T> Of<T>(
        IReadOnlyCollection<T> existing, Func<T, string> nameOf, Func<T, IEnumerable<MacAddress>> macsOf, IReadOnlyCollection<Device> devices)
        where T : notnull
    {
        var names = devices.Select(d => d.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var byName = existing.ToDictionary(nameOf, StringComparer.OrdinalIgnoreCase);
        Dictionary<MacAddress, T> byMac = [];
        foreach (var e in existing.Where(e => !names.Contains(nameOf(e))))
        {
            foreach (var mac in macsOf(e))
                byMac.TryAdd(mac, e);
        }

        List<DeviceMatch<T>.Pair> pairs = [];
        List<Device> added = [];
        HashSet<T> kept = [];
        foreach (var device in devices)
        {
            if ((byName.TryGetValue(device.Name, out var found) || byMac.TryGetValue(device.Mac, out found)) && kept.Add(found))
                pairs.Add(new(found, device));
            else
                added.Add(device);
        }

        return new(pairs, added, [.. existing.Where(e => !kept.Contains(e))]);
    }
}
