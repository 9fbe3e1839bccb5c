namespace LinboPortal.Monitoring.Logs;

/// <summary>Texts of the log's page.</summary>
internal sealed class LogText;
