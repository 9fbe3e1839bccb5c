namespace LinboPortal.Jobs;

/// <summary>Marks the texts of the command picker.</summary>
internal sealed class CommandsText;
