using System.Net;
using System.Text;

namespace LinboPortal.Core.Boot;

/// <summary>What one DHCP message says about a boot; travels as wire words in <see cref="BootObservation.Detail"/>.</summary>
public sealed record DhcpFacts
{
    /// <summary>Option 60 up to its first colon: <c>PXEClient</c>, <c>HTTPClient</c>, <c>udhcp 1.36</c>, <c>MSFT 5.0</c>.</summary>
    public string VendorClass { get; init; } = "";

    /// <summary>Option 93, the client's architecture.</summary>
    public int? Architecture { get; init; }

    /// <summary>Option 12.</summary>
    public string HostName { get; init; } = "";

    /// <summary>Option 40: the group as LINBO reads it.</summary>
    public string Group { get; init; } = "";

    /// <summary>Option 18: the group as GRUB reads it.</summary>
    public string ExtensionsPath { get; init; } = "";

    /// <summary>Option 54: whoever answers; LINBO takes it for its server.</summary>
    public IPAddress? Server { get; init; }

    /// <summary>siaddr or option 66 where it is an address: where the boot file is to be fetched.</summary>
    public IPAddress? NextServer { get; init; }

    /// <summary>file or option 67.</summary>
    public string BootFile { get; init; } = "";

    /// <summary>yiaddr: the address that is given.</summary>
    public IPAddress? Given { get; init; }

    /// <summary>True where the firmware asks: PXE or HTTP boot, not a running system.</summary>
    public bool IsFirmware => VendorClass is "PXEClient" or "HTTPClient";

    /// <summary>As <c>key=value</c> words; blanks and percent signs in values are percent-encoded.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Add("vendor", VendorClass);
        Add("arch", Architecture?.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Add("address", Given?.ToString());
        Add("host", HostName);
        Add("group", Group);
        Add("extensions-path", ExtensionsPath);
        Add("server", Server?.ToString());
        Add("next-server", NextServer?.ToString());
        Add("file", BootFile);
        return text.ToString();

        void Add(string key, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                text.Append(text.Length > 0 ? " " : "").Append(key).Append('=').Append(Uri.EscapeDataString(value).Replace("%2F", "/", StringComparison.Ordinal));
        }
    }

    /// <summary>Reads what <see cref="ToString"/> wrote; unknown words are skipped.</summary>
    public static DhcpFacts Parse(string? detail)
    {
        var facts = new DhcpFacts();
        foreach (var word in (detail ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                facts = facts.With(word[..equals], Uri.UnescapeDataString(word[(equals + 1)..]));
        }

        return facts;
    }

    private DhcpFacts With(string key, string value) => key switch
    {
        "vendor" => this with { VendorClass = value },
        "arch" => this with { Architecture = int.TryParse(value, out var number) ? number : null },
        "address" => this with { Given = Address(value) },
        "host" => this with { HostName = value },
        "group" => this with { Group = value },
        "extensions-path" => this with { ExtensionsPath = value },
        "server" => this with { Server = Address(value) },
        "next-server" => this with { NextServer = Address(value) },
        "file" => this with { BootFile = value },
        _ => this,
    };

    private static IPAddress? Address(string text) => IPAddress.TryParse(text, out var address) ? address : null;
}
