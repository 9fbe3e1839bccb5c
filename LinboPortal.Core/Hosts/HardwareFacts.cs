namespace LinboPortal.Core.Hosts;

/// <summary>What a PC is made of, as its <c>hwinfo</c> report says.</summary>
/// <param name="System">Maker and model.</param>
/// <param name="Firmware">Maker, version and date of the firmware.</param>
/// <param name="Cpu">The processor.</param>
/// <param name="Threads">How many threads it has.</param>
/// <param name="Memory">Main memory, in the report's words.</param>
/// <param name="Disks">Disks with their sizes.</param>
/// <param name="Graphics">Graphics cards.</param>
/// <param name="Network">Network cards with their drivers.</param>
public sealed record HardwareFacts(
    string System, string Firmware, string Cpu, int Threads, string Memory, IReadOnlyList<string> Disks, IReadOnlyList<string> Graphics,
    IReadOnlyList<string> Network)
{
    /// <summary>True where the report said nothing that we know.</summary>
    public bool IsEmpty => System.Length + Firmware.Length + Cpu.Length + Memory.Length + Disks.Count + Graphics.Count + Network.Count == 0;
}
