namespace LinboPortal.Dashboard;

/// <summary>Marks the texts of the first page.</summary>
internal sealed class DashboardText;
