using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LinboPortal.Core.Hosts;

namespace LinboPortal.Core.Boot;

/// <summary>kea-dhcp4.conf.</summary>
internal static class DhcpKea
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.Default };

    public static string Render(DhcpPlan plan)
    {
        var server = plan.Server.ToString();
        var hosts = plan.SafeHosts.ToList();
        var dhcp = new JsonObject
        {
            ["interfaces-config"] = new JsonObject { ["interfaces"] = new JsonArray("*") },
            ["lease-database"] = new JsonObject { ["type"] = "memfile" },
            ["authoritative"] = true,
            ["match-client-id"] = false,
            ["valid-lifetime"] = 7200,
            ["host-reservation-identifiers"] = new JsonArray("hw-address"),
            ["reservations-global"] = true,
            ["reservations-in-subnet"] = true,
            ["next-server"] = server,
            ["option-data"] = Options(
                [
                    ("dhcp-server-identifier", server), ("domain-name", plan.Domain), ("domain-search", plan.Domain), ("tftp-server-name", server),
                    .. plan.NtpServer is { } ntp ? new[] { ("ntp-servers", ntp.ToString()) } : [],
                ]),
            ["client-classes"] = new JsonArray(
            [
                .. plan.HttpUrl is { } url ? new[] { Class("linbo-http", "option[93].hex == 0x0010", url, ("vendor-class-identifier", "HTTPClient")) } : [],
                Class("linbo-uefi", "option[93].hex == 0x0007 or option[93].hex == 0x0009", plan.UefiFile),
                Class("linbo-bios", (plan.HttpUrl is null ? "" : "not member('linbo-http') and ") + "not member('linbo-uefi')", plan.BiosFile),
            ]),
            ["subnet4"] = new JsonArray([.. plan.Subnets.Select((s, i) => SubnetOf(plan, s, i + 1, hosts))]),
            ["reservations"] = new JsonArray([.. hosts.Where(h => !plan.Subnets.Any(s => IsIn(h, s))).SelectMany(h => Reservations(h, isIn: false))]),
        };
        return new JsonObject { ["Dhcp4"] = dhcp }.ToJsonString(Indented) + "\n";
    }

    private static bool IsIn(DhcpHost host, Subnet subnet) => host.Address is { } address && subnet.Network.Contains(address);

    private static JsonObject SubnetOf(DhcpPlan plan, Subnet subnet, int id, List<DhcpHost> hosts)
    {
        var node = new JsonObject
        {
            ["id"] = id,
            ["subnet"] = subnet.Network.ToString(),
            ["option-data"] = Options(
                ("routers", subnet.Router.ToString()), ("domain-name-servers", (subnet.NameServer ?? plan.Server).ToString()), ("host-name", DhcpPlan.UnknownName)),
        };
        if (subnet.NextServer is { } next)
            node["next-server"] = next.ToString();
        if (subnet is { RangeFirst: { } first, RangeLast: { } last })
            node["pools"] = new JsonArray(new JsonObject { ["pool"] = $"{first} - {last}" });
        // A host belongs to the first network that has its address.
        var before = plan.Subnets.TakeWhile(s => s != subnet).ToList();
        node["reservations"] = new JsonArray(
            [.. hosts.Where(h => IsIn(h, subnet) && !before.Any(s => IsIn(h, s))).SelectMany(h => Reservations(h, isIn: true))]);
        return node;
    }

    /// <summary>One a card; only the first gets the fixed address, which Kea lets one reservation have.</summary>
    private static IEnumerable<JsonNode> Reservations(DhcpHost host, bool isIn) => host.Macs.Select((mac, card) =>
    {
        var node = new JsonObject { ["hw-address"] = mac.ToString(), ["hostname"] = host.Name };
        if (isIn && card == 0)
            node["ip-address"] = host.Address!.ToString();
        if (host.Statements.Length > 0)
            node["comment"] = "left out, a statement for ISC dhcpd: " + DhcpText.Comment(host.Statements);
        node["option-data"] = host.Group is { } group
            ? Options(("host-name", host.Name), ("extensions-path", group), ("nis-domain", group))
            : Options(("host-name", host.Name));
        return node;
    });

    private static JsonObject Class(string name, string test, string file, params (string, string)[] more) => new()
    {
        ["name"] = name,
        ["test"] = test,
        ["boot-file-name"] = file,
        ["option-data"] = Options([("boot-file-name", file), .. more]),
    };

    private static JsonArray Options(params (string Name, string Data)[] options) =>
        new([.. options.Select(o => new JsonObject { ["name"] = o.Name, ["data"] = Escape(o.Data) })]);

    /// <summary>Kea reads data as a list that commas separate.</summary>
    private static string Escape(string data) => new StringBuilder(data).Replace("\\", "\\\\").Replace(",", "\\,").ToString();
}
