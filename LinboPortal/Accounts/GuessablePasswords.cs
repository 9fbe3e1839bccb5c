using LinboPortal.Infrastructure.Accounts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Accounts;

/// <summary>Refuses passwords that are tried first: common ones and what is made of them, and those with the name of the person or of a school in them.</summary>
internal sealed class GuessablePasswords(IDbContextFactory<PortalDb> databases) : IPasswordValidator<Account>
{
    public const string Common = "PasswordCommon";
    public const string HasName = "PasswordHasName";

    /// <summary>Shorter parts of names stand in too many words.</summary>
    private const int ShortestName = 4;

    private static readonly char[] Separators = [' ', '.', '@', '-', '_'];

    public async Task<IdentityResult> ValidateAsync(UserManager<Account> manager, Account user, string? password)
    {
        var typed = password ?? "";
        await using var db = await databases.CreateDbContextAsync();
        var schools = await db.Hosts.Where(h => h.School != Host.DefaultSchool).Select(h => h.School).Distinct().ToListAsync();
        List<string> names = [user.UserName ?? "", .. schools];
        var found = names.Concat(names.SelectMany(n => n.Split(Separators))).Where(n => n.Length >= ShortestName)
            .FirstOrDefault(n => typed.Contains(n, StringComparison.OrdinalIgnoreCase));
        if (found is not null)
            return Refuse(HasName, $"The password contains the name {found}: choose another.");
        return CommonPasswords.IsEasy(typed, names)
            ? Refuse(Common, "The password is among the first that are tried: choose a longer or less common one.")
            : IdentityResult.Success;
    }

    private static IdentityResult Refuse(string code, string description) => IdentityResult.Failed(new IdentityError { Code = code, Description = description });
}
