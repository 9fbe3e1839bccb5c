namespace LinboPortal.Core.Hosts;

/// <summary>
/// Reads the report of <c>hwinfo</c> that LINBO sends: devices as numbered sections with <c>Key: Value</c> lines below. A client wrote it, so nothing
/// of it is trusted: what is not known is passed over, and what is found is cut to a length.
/// </summary>
public static class HardwareReport
{
    private const int MostLines = 400_000;
    private const int MostDevices = 16;
    private const int LongestWord = 120;

    /// <summary>Reads the facts that people ask for.</summary>
    public static HardwareFacts Read(TextReader report)
    {
        List<Dictionary<string, string>> devices = [];
        Dictionary<string, string>? device = null;
        var part = "";
        for (var count = 0; count < MostLines && report.ReadLine() is { } line; count++)
        {
            if (IsHead(line))
            {
                device = [];
                devices.Add(device);
                part = "";
            }
            else if (device is not null && line.StartsWith("  ", StringComparison.Ordinal))
            {
                Take(line, device, ref part);
            }
            else if (line.Length > 0)
            {
                device = null;
            }
        }

        return FactsOf(devices);
    }

    /// <summary>True for <c>17: PCI 1f.2: 0106 SATA controller</c>.</summary>
    private static bool IsHead(string line)
    {
        var digits = line.TakeWhile(char.IsAsciiDigit).Count();
        return digits is > 0 and < 6 && line.Length > digits + 1 && line[digits] == ':' && line[digits + 1] == ' ';
    }

    /// <summary>Keys deeper than the first level carry the name of the part that they stand below: <c>BIOS Info/Vendor</c>.</summary>
    private static void Take(string line, Dictionary<string, string> device, ref string part)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            return;
        var isDeep = line.StartsWith("    ", StringComparison.Ordinal);
        var key = line[..colon].Trim();
        if (!isDeep)
            part = key;
        device.TryAdd(isDeep ? $"{part}/{key}" : key, line[(colon + 1)..].Trim());
    }

    private static HardwareFacts FactsOf(List<Dictionary<string, string>> devices)
    {
        var cpus = Of("cpu");
        var bios = devices.Find(d => d.ContainsKey("BIOS Info")) ?? [];
        return new HardwareFacts(
            Join(Quoted(bios, "System Info/Manufacturer"), Quoted(bios, "System Info/Product")),
            Join(Quoted(bios, "BIOS Info/Vendor"), Quoted(bios, "BIOS Info/Version"), Quoted(bios, "BIOS Info/Date")),
            cpus.Select(c => Quoted(c, "Model")).FirstOrDefault(m => m.Length > 0) ?? "",
            cpus.Count,
            Of("memory").Select(m => Plain(m, "Memory Size")).FirstOrDefault(m => m.Length > 0) ?? "",
            Lines("disk", d => Join(Quoted(d, "Model"), Capacity(d), FileOf(d))),
            Lines("graphics card", d => Quoted(d, "Model")),
            Lines("network", d => Join(Quoted(d, "Model"), Quoted(d, "Driver") is { Length: > 0 } driver ? $"({driver})" : "")));

        List<Dictionary<string, string>> Of(string kind) => devices.FindAll(d => d.GetValueOrDefault("Hardware Class") == kind);

        IReadOnlyList<string> Lines(string kind, Func<Dictionary<string, string>, string> text) =>
            [.. Of(kind).Select(text).Where(t => t.Length > 0).Take(MostDevices)];
    }

    /// <summary><c>238 GB (256060514304 bytes)</c> is 238 GB.</summary>
    private static string Capacity(Dictionary<string, string> device) => Plain(device, "Capacity").Split(" (")[0];

    /// <summary><c>/dev/sda (/dev/sg0)</c> is /dev/sda.</summary>
    private static string FileOf(Dictionary<string, string> device) => Plain(device, "Device File").Split(' ')[0];

    private static string Join(params string[] parts) => string.Join(' ', parts.Where(p => p.Length > 0));

    /// <summary>What stands between quotation marks, where there are some: <c>6.158.10 "Intel(R) Core(TM)"</c>.</summary>
    private static string Quoted(Dictionary<string, string> device, string key)
    {
        var value = Plain(device, key);
        var open = value.IndexOf('"', StringComparison.Ordinal);
        var close = open < 0 ? -1 : value.IndexOf('"', open + 1);
        return close < 0 ? value : value[(open + 1)..close].Trim();
    }

    private static string Plain(Dictionary<string, string> device, string key)
    {
        var value = device.GetValueOrDefault(key, "");
        var clean = new string([.. value.Where(c => !char.IsControl(c)).Take(LongestWord)]);
        return clean.Trim();
    }
}
