namespace LinboPortal.Remote;

/// <summary>Marks the texts of terminals.</summary>
internal sealed class TerminalText;
