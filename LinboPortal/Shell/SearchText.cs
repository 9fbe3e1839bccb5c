namespace LinboPortal.Shell;

/// <summary>Marks the texts of the search.</summary>
internal sealed class SearchText;
