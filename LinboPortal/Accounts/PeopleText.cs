namespace LinboPortal.Accounts;

/// <summary>Texts of the pages about accounts.</summary>
internal sealed class PeopleText;
