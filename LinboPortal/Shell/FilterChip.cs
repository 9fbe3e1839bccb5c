using LinboPortal.Core.Hosts;

namespace LinboPortal.Shell;

/// <summary>One choice of <see cref="FilterChips"/>.</summary>
/// <param name="Value">What stands in the address; null for no filter.</param>
/// <param name="Text">The word.</param>
/// <param name="Count">How many there are.</param>
/// <param name="State">Draws the sign of this state before the word.</param>
public sealed record FilterChip(string? Value, string Text, long? Count = null, HostState? State = null);
