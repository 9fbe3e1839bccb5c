using LinboPortal.Core.Hosts;

namespace LinboPortal.Core.Remote;

/// <summary>What a TCP port said.</summary>
public enum PortAnswer
{
    /// <summary>Nothing in time: filtered, or nobody there.</summary>
    Silent,

    /// <summary>Refused: somebody is there.</summary>
    Closed,

    /// <summary>Accepted.</summary>
    Open,
}

/// <summary>The answers of the ports that tell LINBO, Linux and Windows apart (linbo.md 8.6).</summary>
/// <param name="Linbo">LINBO's SSH server (2222).</param>
/// <param name="Ssh">An operating system's SSH server (22).</param>
/// <param name="Rpc">Windows' RPC (135).</param>
/// <param name="Smb">445.</param>
/// <param name="Rdp">Remote desktop (3389).</param>
public readonly record struct PortAnswers(PortAnswer Linbo, PortAnswer Ssh, PortAnswer Rpc, PortAnswer Smb, PortAnswer Rdp)
{
    /// <summary>
    /// The state that the answers mean. Silence alone means off: where one port answers, a silent one is filtered by a firewall and counts as
    /// in use.
    /// </summary>
    public HostState State
    {
        get
        {
            if (Linbo == PortAnswer.Silent && Ssh == PortAnswer.Silent && Rpc == PortAnswer.Silent && Smb == PortAnswer.Silent && Rdp == PortAnswer.Silent)
                return HostState.Off;
            // Windows may have an SSH server too; a Linux may have a remote desktop, but no RPC of Windows.
            if (Rpc == PortAnswer.Open)
                return HostState.Windows;
            if (Ssh == PortAnswer.Open)
                return Rdp == PortAnswer.Open ? HostState.On : HostState.Linux;
            if (Rdp == PortAnswer.Open)
                return HostState.Windows;
            if (Linbo == PortAnswer.Open)
                return HostState.Linbo;
            return (Ssh, Rpc) switch
            {
                (PortAnswer.Silent, PortAnswer.Closed) => HostState.Linux,
                (PortAnswer.Closed, PortAnswer.Silent) => HostState.Windows,
                _ => HostState.On,
            };
        }
    }
}

/// <summary>What a look at a host does to its stored state.</summary>
public static class ProbedState
{
    /// <summary>
    /// The new state. The boot journal knows more of a booting host than the ports do: only a system that runs ends a boot. Silence means off only
    /// after a while, because a busy host may miss one look.
    /// </summary>
    /// <param name="stored">The state as stored.</param>
    /// <param name="since">Since when.</param>
    /// <param name="seenAt">When the host was last seen on.</param>
    /// <param name="found">What the ports say.</param>
    /// <param name="lookedAt">When the look began.</param>
    /// <param name="offAfter">How long a silent host keeps its state.</param>
    public static HostState Next(HostState stored, DateTimeOffset since, DateTimeOffset? seenAt, HostState found, DateTimeOffset lookedAt, TimeSpan offAfter)
    {
        if (stored == HostState.Booting)
            return since <= lookedAt && found is HostState.Linbo or HostState.Linux or HostState.Windows ? found : HostState.Booting;
        if (found == HostState.Off && stored != HostState.Unknown && seenAt is { } seen && lookedAt - seen < offAfter)
            return stored;
        return found;
    }
}
