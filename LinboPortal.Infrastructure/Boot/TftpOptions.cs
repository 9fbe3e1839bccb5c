using System.ComponentModel.DataAnnotations;
using System.Globalization;
using LinboPortal.Core.Boot;

namespace LinboPortal.Infrastructure.Boot;

/// <summary>Settings of the TFTP server.</summary>
public sealed class TftpOptions : IValidatableObject
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Boot:Tftp";

    private const string OutOfRange = Section + ":{0} must lie between {1} and {2}.";

    /// <summary>False where another program serves TFTP.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>UDP port that requests come to; 0 takes any free one, for tests.</summary>
    [Range(0, 65535, ErrorMessage = OutOfRange)]
    public int Port { get; set; } = 69;

    /// <summary>Send everything from <see cref="Port"/>: for firewalls and NAT that know nothing of TFTP. Most clients cope with it.</summary>
    public bool SinglePort { get; set; }

    /// <summary>Ports that files are sent from, such as <c>20000-20009</c>, where a firewall wants to know them; empty = any.</summary>
    public string PortRange { get; set; } = "";

    /// <summary>Transfers that may run at once.</summary>
    [Range(1, 20000, ErrorMessage = OutOfRange)]
    public int MaxSessions { get; set; } = 2000;

    /// <summary>Transfers that one client address may run at once. A room behind NAT is one address.</summary>
    [Range(1, 20000, ErrorMessage = OutOfRange)]
    public int MaxSessionsPerAddress { get; set; } = 100;

    /// <summary>Largest block that is agreed on; 1428 where fragmented packets get lost.</summary>
    [Range(TftpTerms.DefaultBlock, TftpTerms.LargestBlock, ErrorMessage = OutOfRange)]
    public int MaxBlockSize { get; set; } = TftpTerms.LargestBlock;

    /// <summary>Most blocks that are sent before an acknowledgement is awaited.</summary>
    [Range(1, 1024, ErrorMessage = OutOfRange)]
    public int MaxWindowSize { get; set; } = 64;

    /// <summary>Memory for the files that are on their way; what many clients read at once is read from the disk once.</summary>
    [Range(2, 4096, ErrorMessage = OutOfRange)]
    public int CacheMegabytes { get; set; } = 32;

    /// <summary>Networks that are answered (<c>10.0.0.0/8</c>); empty = those of <c>Boot:Http:Networks</c>.</summary>
    public string[] Networks { get; set; } = [];

    /// <summary>After this long a silence a transfer ends.</summary>
    public TimeSpan IdleTimeout { get; set; } = TftpPatience.Default.Idle;

    /// <summary>So long transfers that run may go on while the portal stops.</summary>
    public TimeSpan StopGrace { get; set; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (PortRange.Length > 0 && !TryGetRange(out _, out _))
            yield return new($"{Section}:{nameof(PortRange)} is no range of ports such as 20000-20009.", [nameof(PortRange)]);
        if (Networks.FirstOrDefault(n => !NamedNetwork.TryParse(n, out _)) is { } odd)
            yield return new($"{Section}:{nameof(Networks)}: '{odd}' is neither an address nor a network (10.0.0.0/8).", [nameof(Networks)]);
        if (IdleTimeout < TimeSpan.FromSeconds(1) || IdleTimeout > TimeSpan.FromHours(1))
            yield return new($"{Section}:{nameof(IdleTimeout)} must lie between 00:00:01 and 01:00:00.", [nameof(IdleTimeout)]);
        if (StopGrace < TimeSpan.Zero || StopGrace > TimeSpan.FromMinutes(10))
            yield return new($"{Section}:{nameof(StopGrace)} must lie between 00:00:00 and 00:10:00.", [nameof(StopGrace)]);
    }

    internal bool TryGetRange(out int first, out int last)
    {
        last = 0;
        var dash = PortRange.IndexOf('-', StringComparison.Ordinal);
        return TryPort(dash < 0 ? PortRange : PortRange[..dash], out first)
            && TryPort(dash < 0 ? PortRange : PortRange[(dash + 1)..], out last) && first <= last;

        static bool TryPort(string text, out int port) =>
            int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65535;
    }
}
