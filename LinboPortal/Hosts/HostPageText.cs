namespace LinboPortal.Hosts;

/// <summary>Marks the texts of the page of a PC.</summary>
internal sealed class HostPageText;
