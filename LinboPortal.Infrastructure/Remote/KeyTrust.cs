namespace LinboPortal.Infrastructure.Remote;

/// <summary>Which host keys a PC may show.</summary>
/// <param name="Pin">The key that is kept for it; null before the first contact.</param>
/// <param name="OfInstallation">The keys that LINBO of this installation has.</param>
/// <param name="TakesFirst">True where the first key that it shows is taken.</param>
internal sealed record KeyTrust(PinnedHostKey? Pin, IReadOnlyList<ShownHostKey> OfInstallation, bool TakesFirst)
{
    /// <summary>True for a key that LINBO of this installation has.</summary>
    public bool IsOfInstallation(ShownHostKey shown) => OfInstallation.Any(k => k.Fingerprint == shown.Fingerprint);

    /// <summary>True for a key that more than a first contact speaks for.</summary>
    public bool IsKnown(ShownHostKey shown) => IsOfInstallation(shown) || (Pin is { IsFirstUse: false } && Pin.Key.Fingerprint == shown.Fingerprint);

    /// <summary>True for a key with which a connection is made.</summary>
    public bool Takes(ShownHostKey shown) => IsOfInstallation(shown) || (Pin is null ? TakesFirst : Pin.Key.Fingerprint == shown.Fingerprint);

    /// <summary>True for a way to show a key that is of the kind of one that is known; RSA has several ways.</summary>
    public bool Names(string algorithm)
    {
        var kind = Kind(algorithm);
        return OfInstallation.Any(k => Kind(k.Algorithm) == kind) || (Pin is not null && Kind(Pin.Key.Algorithm) == kind);
    }

    private static string Kind(string algorithm) => algorithm is "rsa-sha2-256" or "rsa-sha2-512" ? "ssh-rsa" : algorithm;
}
