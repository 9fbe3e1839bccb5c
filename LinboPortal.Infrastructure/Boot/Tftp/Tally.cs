using LinboPortal.Core.Boot;

namespace LinboPortal.Infrastructure.Boot.Tftp;

/// <summary>Counts for the one thread that writes and for all who read.</summary>
internal sealed class Tally
{
    private readonly long[] outcomes = new long[Enum.GetValues<BootStepOutcome>().Length];
    private long bytes;
    private long retransmits;
    private long ignored;
    private int active;

    public int Active
    {
        set => Volatile.Write(ref active, value);
    }

    public void Count(BootStepOutcome outcome, long bytesOfTransfer, int retransmitsOfTransfer)
    {
        Volatile.Write(ref outcomes[(int)outcome], outcomes[(int)outcome] + 1);
        Volatile.Write(ref bytes, bytes + bytesOfTransfer);
        Volatile.Write(ref retransmits, retransmits + retransmitsOfTransfer);
    }

    public void Ignore() => Volatile.Write(ref ignored, ignored + 1);

    public TftpCounters Read() => new(
        Volatile.Read(ref active), Of(BootStepOutcome.Served), Of(BootStepOutcome.NotFound), Of(BootStepOutcome.Refused), Of(BootStepOutcome.Aborted),
        Of(BootStepOutcome.Failed), Volatile.Read(ref ignored), Volatile.Read(ref bytes), Volatile.Read(ref retransmits));

    private long Of(BootStepOutcome outcome) => Volatile.Read(ref outcomes[(int)outcome]);
}
