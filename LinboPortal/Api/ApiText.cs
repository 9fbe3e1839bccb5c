namespace LinboPortal.Api;

/// <summary>Texts of the page that stands in for a failed one.</summary>
internal sealed class ApiText;
