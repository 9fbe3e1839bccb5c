namespace LinboPortal.Hosts.Import;

/// <summary>Marks the texts of the import.</summary>
internal sealed class ImportText;
