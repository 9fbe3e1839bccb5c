using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Accounts;

/// <summary>Identity's refusals in the person's language.</summary>
internal static class IdentityErrors
{
    public static string Say(IdentityError error, IStringLocalizer<SignInText> text) => error.Code switch
    {
        nameof(IdentityErrorDescriber.PasswordTooShort) => text["PasswordTooShort", AccountsOptions.ShortestPassword],
        nameof(IdentityErrorDescriber.PasswordRequiresUniqueChars) => text["PasswordTooSimple"],
        GuessablePasswords.Common => text["PasswordCommon"],
        GuessablePasswords.HasName => text["PasswordHasName"],
        nameof(IdentityErrorDescriber.DuplicateUserName) => text["NameTaken"],
        nameof(IdentityErrorDescriber.InvalidUserName) => text["NameInvalid"],
        _ => text["Refused", error.Description],
    };
}
