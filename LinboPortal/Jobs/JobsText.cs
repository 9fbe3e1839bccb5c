namespace LinboPortal.Jobs;

/// <summary>Marks the texts of the pages of jobs.</summary>
internal sealed class JobsText;
