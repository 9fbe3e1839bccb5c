using System.Net;

namespace LinboPortal.Infrastructure;

/// <summary>Networks as settings name them: <c>10.0.3.0/24</c>, or one address.</summary>
public static class NamedNetwork
{
    /// <summary>Reads a setting.</summary>
    public static bool TryParse(string text, out IPNetwork network)
    {
        if (IPAddress.TryParse(text, out var one))
        {
            network = new IPNetwork(one, one.GetAddressBytes().Length * 8);
            return true;
        }

        return IPNetwork.TryParse(text, out network);
    }

    /// <summary>Reads settings that were checked at the start.</summary>
    public static IReadOnlyList<IPNetwork> Read(IEnumerable<string> texts) => [.. texts.Select(t => TryParse(t, out var network) ? network : default)];
}
