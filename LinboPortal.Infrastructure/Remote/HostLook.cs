using System.Net;
using LinboPortal.Core.Hosts;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>One look at what runs at an address, for those who wait for it; nothing is written down.</summary>
public sealed class HostLook
{
    private readonly PortProbe ports;

    internal HostLook(PortProbe ports) => this.ports = ports;

    /// <summary>The state that the ports tell.</summary>
    public async Task<HostState> LookAsync(IPAddress address, CancellationToken ct) => (await ports.LookAsync(address, ct)).State;
}
