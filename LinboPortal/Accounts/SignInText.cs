namespace LinboPortal.Accounts;

/// <summary>Texts of the doors: login, setup, own account.</summary>
internal sealed class SignInText;
