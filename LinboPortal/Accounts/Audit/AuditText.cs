namespace LinboPortal.Accounts.Audit;

/// <summary>Texts of the audit log: a sentence an action, names of details, and the words of the page.</summary>
internal sealed class AuditText;
