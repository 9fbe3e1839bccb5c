using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;

namespace LinboPortal.Core.Hosts;

/// <summary>One statement of devices.csv's column 7.</summary>
/// <param name="Text">As written, without the comma.</param>
/// <param name="Problem">Why it is none; null for one that ISC dhcpd takes for a host.</param>
public sealed record DhcpStatement(string Text, DhcpStatementProblem? Problem);

/// <summary>Why a text is no statement.</summary>
public enum DhcpStatementProblem
{
    /// <summary>It begins with no word that ISC dhcpd knows for a host, or goes on otherwise than that word wants.</summary>
    Unknown,

    /// <summary>It could end the statement or the host's block, or hide what follows.</summary>
    Unsafe,
}

/// <summary>
/// The statements for ISC dhcpd in devices.csv's column 7 (linbo.md 6.3), which commas separate. One that dhcpd does not take would stop the
/// whole DHCP server, so each is held against dhcpd's own list of statements and options.
/// </summary>
public static partial class DhcpStatements
{
    private const string Address = @"[0-9]{1,3}(?:\.[0-9]{1,3}){3}";
    private const string Host = "(?:" + Address + "|[A-Za-z0-9.-]*[A-Za-z][A-Za-z0-9.-]*)";
    private const string Hosts = Host + " *(?:, *" + Host + " *)*";
    private const string Byte = "[0-9]{1,3}";
    private const string Word = "[0-9]{1,5}";
    private const string Number = "[0-9]{1,10}";
    private const string Text = "\"[^\"]*\"";
    private const string TextOrHex = "(?:" + Text + "|[0-9A-Fa-f]{1,2}(?::[0-9A-Fa-f]{1,2})+)";

    private static readonly FrozenDictionary<string, string> Options = new (string Value, string[] Names)[]
    {
        (Host, ["subnet-mask", "broadcast-address", "router-solicitation-address", "swap-server"]),
        (Hosts,
        [
            "routers", "time-servers", "ien116-name-servers", "domain-name-servers", "log-servers", "cookie-servers", "lpr-servers", "impress-servers",
            "resource-location-servers", "nis-servers", "ntp-servers", "netbios-name-servers", "netbios-dd-server", "font-servers", "x-display-manager",
            "nisplus-servers", "mobile-ip-home-agent", "smtp-server", "pop-server", "nntp-server", "www-server", "finger-server", "irc-server",
            "streettalk-server", "streettalk-directory-assistance-server",
        ]),
        (Text,
        [
            "host-name", "merit-dump", "domain-name", "root-path", "extensions-path", "nis-domain", "nisplus-domain", "tftp-server-name",
            "bootfile-name", "netbios-scope",
        ]),
        (Text + "(?: *, *" + Text + ")*", ["domain-search"]),
        (TextOrHex, ["vendor-class-identifier", "vendor-encapsulated-options", "dhcp-client-identifier"]),
        (Byte, ["default-ip-ttl", "default-tcp-ttl", "netbios-node-type"]),
        (Word, ["boot-size", "max-dgram-reassembly", "interface-mtu"]),
        (Number,
        [
            "path-mtu-aging-timeout", "arp-cache-timeout", "tcp-keepalive-interval", "dhcp-lease-time", "dhcp-renewal-time", "dhcp-rebinding-time",
        ]),
        ("-?" + Number, ["time-offset"]),
        ("(?:on|off|true|false)",
        [
            "ip-forwarding", "non-local-source-routing", "perform-mask-discovery", "mask-supplier", "router-discovery", "trailer-encapsulation",
            "ieee802-3-encapsulation", "all-subnets-local", "tcp-keepalive-garbage",
        ]),
    }.SelectMany(g => g.Names.Select(n => (n, g.Value))).ToFrozenDictionary(p => p.n, p => p.Value, StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, string> Statements = new Dictionary<string, string>
    {
        ["filename"] = Text,
        ["server-name"] = Text,
        ["ddns-hostname"] = Text,
        ["ddns-domainname"] = Text,
        ["next-server"] = Host,
        ["server-identifier"] = Address,
        ["default-lease-time"] = Number,
        ["min-lease-time"] = Number,
        ["max-lease-time"] = Number,
        ["min-secs"] = Number,
        ["always-reply-rfc1048"] = "(?:on|off|true|false)",
        ["always-broadcast"] = "(?:on|off|true|false)",
        ["use-host-decl-names"] = "(?:on|off|true|false)",
        ["get-lease-hostnames"] = "(?:on|off|true|false)",
        ["ddns-updates"] = "(?:on|off|true|false)",
        ["allow"] = "(?:booting|bootp|duplicates|declines|client-updates)",
        ["deny"] = "(?:booting|bootp|duplicates|declines|client-updates)",
        ["ignore"] = "(?:booting|bootp|declines|client-updates)",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The statements of a column, in their order; an address or text behind a comma belongs to the list of the option before it.</summary>
    public static IReadOnlyList<DhcpStatement> Read(string column)
    {
        List<string> parts = [];
        foreach (var part in Split(column))
        {
            if (parts.Count > 0 && Check($"{parts[^1]}, {part}") is null)
                parts[^1] = $"{parts[^1]}, {part}";
            else if (part.Length > 0)
                parts.Add(part);
        }

        return parts.ConvertAll(p => new DhcpStatement(p, Check(p)));
    }

    /// <summary>Every statement that is known, with a value that it may have; what a test holds against dhcpd itself.</summary>
    public static IEnumerable<string> Examples() => Statements.Select(s => $"{s.Key} {ExampleOf(s.Value)}").Concat(Options.Select(o => $"option {o.Key} {ExampleOf(o.Value)}"));

    private static string ExampleOf(string value) => value switch
    {
        Address or Host or Hosts => "10.0.0.1",
        Byte or Word or Number or "-?" + Number => "100",
        _ when value.StartsWith("(?:on", StringComparison.Ordinal) => "on",
        _ when value.StartsWith("(?:booting", StringComparison.Ordinal) => "booting",
        _ => "\"text\"",
    };

    private static DhcpStatementProblem? Check(string text)
    {
        if (text.Any(c => c is '{' or '}' or '#' or ';' or '\\' || char.IsControl(c)) || text.Count(c => c == '"') % 2 != 0)
            return DhcpStatementProblem.Unsafe;
        if (!text.All(char.IsAscii) || Words().Match(text) is not { Success: true } words)
            return DhcpStatementProblem.Unknown;
        var (word, rest) = (words.Groups[1].Value, words.Groups[2].Value);
        var value = !word.Equals("option", StringComparison.OrdinalIgnoreCase) ? Statements.GetValueOrDefault(word)
            : Words().Match(rest) is { Success: true } option ? Options.GetValueOrDefault(option.Groups[1].Value) : null;
        if (value is null)
            return DhcpStatementProblem.Unknown;
        if (word.Equals("option", StringComparison.OrdinalIgnoreCase))
            rest = Words().Match(rest).Groups[2].Value;
        return Regex.IsMatch(rest, $@"^{value}\z", RegexOptions.CultureInvariant) && Fits(value, rest) ? null : DhcpStatementProblem.Unknown;
    }

    /// <summary>Numbers that dhcpd can hold: the bytes of an address, and as many bits as the option has.</summary>
    private static bool Fits(string kind, string value)
    {
        if (value.StartsWith('"'))
            return true;
        long most = kind switch { Byte => byte.MaxValue, Word => ushort.MaxValue, Number => uint.MaxValue, "-?" + Number => int.MaxValue, _ => 0 };
        return most > 0
            ? long.TryParse(value.TrimStart('-'), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most
            : value.Split(',').All(v => v.Any(char.IsAsciiLetter) || v.Contains(':', StringComparison.Ordinal)
                || v.Split('.').All(n => byte.TryParse(n.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out _)));
    }

    private static IEnumerable<string> Split(string column)
    {
        var (start, quoted) = (0, false);
        for (var i = 0; i <= column.Length; i++)
        {
            if (i < column.Length && column[i] == '"')
                quoted = !quoted;
            if (i < column.Length && (quoted || column[i] != ','))
                continue;
            yield return column[start..i].Trim();
            start = i + 1;
        }
    }

    [GeneratedRegex(@"^([A-Za-z0-9-]+)[ \t]+(.+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
