namespace LinboPortal.Hosts;

/// <summary>Marks the texts of the pages about hosts.</summary>
internal sealed class HostsText;
