namespace LinboPortal.Infrastructure.Boot.Tftp;

/// <summary>
/// How many refusals an address gets a second. GRUB asks for dozens of files that need not exist, a room behind NAT for hundreds; beyond that nobody
/// is answered, logged or remembered.
/// </summary>
internal sealed class RefusalLimit
{
    private const int OfAddress = 500;
    private const int OfAll = 5000;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Dictionary<PeerAddress, int> counts = [];
    private TimeSpan since;
    private int all;

    public bool Allows(PeerAddress address, TimeSpan now)
    {
        if (now - since >= Second)
        {
            counts.Clear();
            (since, all) = (now, 0);
        }

        return ++all <= OfAll && (counts[address] = counts.GetValueOrDefault(address) + 1) <= OfAddress;
    }
}
