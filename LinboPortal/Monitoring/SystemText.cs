namespace LinboPortal.Monitoring;

/// <summary>Texts of the page about the portal itself.</summary>
internal sealed class SystemText;
