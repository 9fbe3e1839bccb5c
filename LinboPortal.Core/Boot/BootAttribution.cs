using System.Diagnostics.CodeAnalysis;
using System.Net;
using LinboPortal.Core.Hosts;

namespace LinboPortal.Core.Boot;

/// <summary>An observation that found its boot.</summary>
/// <param name="Run">The boot; the same instance for all its steps.</param>
/// <param name="Step">The new step; null where the boot has too many already and only its times moved on.</param>
/// <param name="IsNew">True for the first step of a boot.</param>
/// <param name="Absorbed">Key of a boot that turned out to be the same one: its steps move over.</param>
/// <param name="IsNetworkBoot">True where the PC starts from the network and is not just reading a file.</param>
public sealed record AttributedStep(BootRun Run, BootStep? Step, bool IsNew, Guid? Absorbed, bool IsNetworkBoot)
{
    /// <summary>Boots of unknown PCs that had to make room for this one: nothing of them is kept.</summary>
    public IReadOnlyList<Guid> Displaced { get; init; } = [];

    /// <summary>The address that the observation proves to be the PC's, and how; null where it only claims one.</summary>
    public ProvenAddress? Proven { get; init; }
}

/// <summary>An address that is known to be a PC's.</summary>
public sealed record ProvenAddress(Guid HostId, IPAddress Address, AddressProof Proof);

/// <summary>
/// Decides which boot an observation belongs to and when a new one begins. Knows nothing of clocks: the times of the
/// observations are all it needs. Not thread-safe.
/// </summary>
public sealed class BootAttribution
{
    /// <summary>A boot in which nothing happened for so long is over.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromMinutes(10);

    /// <summary>Open boots of unknown PCs, in all.</summary>
    public const int MaxUnknown = 500;

    /// <summary>Open boots of unknown PCs that one address began: it may be a room behind NAT.</summary>
    public const int MaxUnknownOfAddress = 50;

    private static readonly TimeSpan AfterEnd = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Retry = TimeSpan.FromMinutes(2);

    private readonly Dictionary<MacAddress, OpenBoot> byMac = [];
    private readonly Dictionary<IPAddress, OpenBoot> byAddress = [];
    private readonly HashSet<OpenBoot> open = [];

    /// <summary>Boots that may still get steps.</summary>
    public int Open => open.Count;

    /// <summary>Finds or begins the boot of an observation.</summary>
    /// <returns>Null where the observation belongs to no boot.</returns>
    public AttributedStep? Take(BootObservation seen, KnownPcs known)
    {
        var mac = MacOf(seen, known, out var isCertain);
        var boot = Find(seen, mac, isCertain, out var absorbed);
        if (boot is not null && (seen.StartedAt - boot.Run.LastStepAt > Silence || Restarts(boot, seen)))
            boot = null;
        if (boot?.Run.CompletedAt is { } completed && (seen.Kind == BootStepKind.Ssh || seen.StartedAt - completed > AfterEnd))
            return null;
        var isNew = boot is null;
        List<Guid> displaced = [];
        if (boot is null && !TryBegin(seen, out boot))
            return null;
        if (isNew && !IsKnown(seen, mac, isCertain, known))
            MakeRoom(seen.Client, displaced);
        Identify(boot, seen, mac, isCertain, known);
        var isFull = boot.IsFull && seen.Kind != BootStepKind.Ssh;
        boot.Add(seen);
        if (seen.Kind == BootStepKind.Ssh)
            boot.Run.CompletedAt = seen.StartedAt + seen.Duration;
        return new AttributedStep(boot.Run, isFull ? null : StepOf(boot, seen), isNew, absorbed, boot.IsNetworkBoot) { Displaced = displaced, Proven = ProofOf(seen, known) };
    }

    /// <summary>Whose the sender's address is, by what nobody can say of himself.</summary>
    private static ProvenAddress? ProofOf(BootObservation seen, KnownPcs known)
    {
        if (seen.Client is not { } client)
            return null;
        if (known.Neighbours.TryGetValue(client, out var neighbour))
            return known.ByMac.TryGetValue(neighbour, out var there) ? new ProvenAddress(there, client, AddressProof.Neighbour) : null;
        return seen is { IsOfKnownServer: true, Mac: { } mac } && known.ByMac.TryGetValue(mac, out var host) ? new ProvenAddress(host, client, AddressProof.DhcpServer) : null;
    }

    /// <summary>Takes up a boot that was going on when the portal stopped.</summary>
    /// <param name="run">The boot as stored, with its steps.</param>
    public void Resume(BootRun run)
    {
        var boot = new OpenBoot(run);
        foreach (var step in run.Steps.OrderBy(s => s.StartedAt))
            boot.Add(new BootObservation(run.Address, run.Mac, step.Kind, step.Path, step.StartedAt, step.Duration, step.Bytes, step.Size, 0, step.Outcome, step.Detail));
        Remember(boot);
    }

    /// <summary>Forgets boots that are over at the given time.</summary>
    public void Forget(DateTimeOffset now)
    {
        foreach (var boot in open.Where(b => now - b.Run.LastStepAt > Silence).ToList())
            Remove(boot);
    }

    private static MacAddress? MacOf(BootObservation seen, KnownPcs known, out bool isCertain)
    {
        isCertain = true;
        if (seen.Mac is { } told)
            return told;
        if (BootPaths.TryGetMac(seen.Path, out var named))
            return named;
        isCertain = false;
        return seen.Client is { } client && known.Neighbours.TryGetValue(client, out var neighbour) ? neighbour : null;
    }

    private OpenBoot? Find(BootObservation seen, MacAddress? mac, bool isCertain, out Guid? absorbed)
    {
        absorbed = null;
        var ofMac = mac is { } m ? byMac.GetValueOrDefault(m) : null;
        var ofAddress = seen.Client is { } a ? byAddress.GetValueOrDefault(a) : null;
        if (ofMac is null)
        {
            // Another PC got this address: what began under the address alone may still be its own beginning.
            var isOther = mac is not null && ofAddress?.Run.Mac is { } old && old != mac;
            return isOther && !(isCertain && ofAddress!.Phase <= BootPhase.Firmware) ? null : ofAddress;
        }

        if (ofAddress is null || ofAddress == ofMac || ofAddress.Run.Mac is not null || ofAddress.Run.LastStepAt < ofMac.Run.StartedAt)
            return ofMac;
        // GRUB told whose address this is: the DHCP steps known by MAC and the TFTP steps known by address are one boot.
        if (ofMac.Phase > BootPhase.Dhcp || seen.StartedAt - ofMac.Run.LastStepAt > Retry)
            return ofAddress;
        ofMac.Absorb(ofAddress);
        if (ofAddress.Run.LastStepAt > ofMac.Run.LastStepAt)
            ofMac.Run.LastStepAt = ofAddress.Run.LastStepAt;
        absorbed = ofAddress.Run.Id;
        Remove(ofAddress);
        return ofMac;
    }

    private static bool Restarts(OpenBoot boot, BootObservation seen)
    {
        var gap = seen.StartedAt - boot.Run.LastStepAt;
        switch (seen.Kind)
        {
            case BootStepKind.Dhcp:
                return seen.Path == "discover" && DhcpFacts.Parse(seen.Detail).IsFirmware && (boot.Phase > BootPhase.Dhcp || gap > Retry);
            case BootStepKind.StartConf:
                return boot.Phase >= BootPhase.Client && gap > (boot.Phase == BootPhase.Done ? AfterEnd : Retry);
            case BootStepKind.Tftp or BootStepKind.Http:
                return BootPaths.Classify(seen.Path) switch
                {
                    BootFile.Firmware => boot.Phase > BootPhase.Firmware || gap > Retry,
                    BootFile.Grub when BootPaths.TryGetMac(seen.Path, out _) => boot.Phase > BootPhase.Grub || gap > Retry,
                    BootFile.Grub or BootFile.Kernel or BootFile.Initrd => boot.Phase >= BootPhase.Client,
                    _ => false,
                };
            default:
                return false;
        }
    }

    /// <summary>A MAC that somebody claims counts, not the address that it is claimed from: whoever has a PC's address could invent any number.</summary>
    private static bool IsKnown(BootObservation seen, MacAddress? mac, bool isCertain, KnownPcs known) =>
        mac is { } m && (isCertain || known.ByMac.ContainsKey(m)) ? known.ByMac.ContainsKey(m) : seen.Client is { } a && known.ByAddress.ContainsKey(a);

    /// <summary>Forged requests must neither fill the database nor keep new PCs out: the oldest goes, first of the same address.</summary>
    private void MakeRoom(IPAddress? client, List<Guid> displaced)
    {
        var unknown = open.Where(b => b.Run.HostId is null).OrderBy(b => b.Run.LastStepAt).ToList();
        var same = unknown.Where(b => Equals(b.Run.Address, client)).ToList();
        var mostOfSame = client is null ? MaxUnknown / 2 : MaxUnknownOfAddress;
        if ((same.Count >= mostOfSame ? same : unknown.Count >= MaxUnknown ? unknown : []).FirstOrDefault() is not { } oldest)
            return;
        displaced.Add(oldest.Run.Id);
        Remove(oldest);
    }

    private static bool TryBegin(BootObservation seen, [NotNullWhen(true)] out OpenBoot? boot)
    {
        boot = null;
        var begins = seen.Kind switch
        {
            BootStepKind.Dhcp => seen.Path is "discover" or "request" && DhcpFacts.Parse(seen.Detail).IsFirmware,
            BootStepKind.Tftp or BootStepKind.StartConf => true,
            BootStepKind.Http => BootPaths.Classify(seen.Path) is not (BootFile.Other or BootFile.StartConf),
            _ => false,
        };
        if (!begins)
            return false;
        boot = new OpenBoot(new BootRun { StartedAt = seen.StartedAt, LastStepAt = seen.StartedAt });
        return true;
    }

    private void Identify(OpenBoot boot, BootObservation seen, MacAddress? mac, bool isCertain, KnownPcs known)
    {
        var run = boot.Run;
        Unlink(boot);
        if (mac is not null && (run.Mac is null || isCertain))
            run.Mac = mac;
        if (seen.Client is { } client && !client.Equals(IPAddress.Any))
            run.Address = client;
        if (run.Mac is { } m && known.ByMac.TryGetValue(m, out var host))
            run.HostId = host;
        else if (mac is not null && isCertain)
            run.HostId = null;
        else if (run.HostId is null && !boot.HasCertainMac && run.Address is { } address && known.ByAddress.TryGetValue(address, out host))
            run.HostId = host;
        boot.HasCertainMac |= mac is not null && isCertain;
        Remember(boot);
    }

    private void Remember(OpenBoot boot)
    {
        open.Add(boot);
        if (boot.Run.Mac is { } mac)
            byMac[mac] = boot;
        if (boot.Run.Address is { } address)
            byAddress[address] = boot;
    }

    private void Remove(OpenBoot boot)
    {
        open.Remove(boot);
        Unlink(boot);
    }

    private void Unlink(OpenBoot boot)
    {
        if (boot.Run.Mac is { } mac && byMac.GetValueOrDefault(mac) == boot)
            byMac.Remove(mac);
        if (boot.Run.Address is { } address && byAddress.GetValueOrDefault(address) == boot)
            byAddress.Remove(address);
    }

    private static BootStep StepOf(OpenBoot boot, BootObservation seen) => new()
    {
        BootRunId = boot.Run.Id,
        Kind = seen.Kind,
        Path = BootPaths.Normalise(seen.Path),
        StartedAt = seen.StartedAt,
        Duration = seen.Duration,
        Bytes = seen.Bytes,
        Size = seen.Size,
        Retransmits = seen.Retransmits,
        Outcome = seen.Outcome,
        Detail = seen.Detail,
    };
}
