namespace LinboPortal.Schedules;

/// <summary>Marks the texts of schedules and holidays.</summary>
internal sealed class SchedulesText;
