using LinboPortal.Core.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace LinboPortal.Accounts;

/// <summary>Accounts by REST; a name stands for its key everywhere.</summary>
internal static class AccountEndpoints
{
    private const int LargestPage = 500;

    public static void Map(IEndpointRouteBuilder app)
    {
        var accounts = app.MapGroup("/api/v1/accounts").RequireAuthorization(Permission.AccountsEdit).WithTags("Accounts")
            .WithMetadata(new RequestSizeLimitAttribute(256 * 1024));
        accounts.MapGet("/", List).WithName("ListAccounts");
        accounts.MapPost("/", Create).WithName("CreateAccount");
        accounts.MapGet("/{account}", Find).WithName("GetAccount");
        accounts.MapPut("/{account}", Update).WithName("UpdateAccount");
        accounts.MapDelete("/{account}", Delete).WithName("DeleteAccount");
        accounts.MapPost("/{account}/password", ResetPassword).WithName("ResetPassword");
        accounts.MapPost("/{account}/unlock", Unlock).WithName("UnlockAccount");
        var sessions = app.MapGroup("/api/v1/account/sessions").RequireAuthorization().WithTags("Accounts");
        sessions.MapGet("/", ListSessions).WithName("ListSessions").WithSummary("The browsers that are signed in with the own account.");
        sessions.MapDelete("/{session:guid}", EndSession).WithName("EndSession").WithSummary("Signs one of the own browsers out.");
        sessions.MapDelete("/", EndSessions).WithName("EndOtherSessions").WithSummary("Signs all own browsers out but the one that asks.");
    }

    private static async Task<Ok<AccountsAnswer>> List(AccountList list, string? search, int? skip, int? take, CancellationToken ct)
    {
        var (rows, total) = await list.ReadAsync(search, Skip(skip), Take(take), ct);
        return TypedResults.Ok(new AccountsAnswer(rows, total));
    }

    private static async Task<Results<Ok<AccountRow>, NotFound>> Find(string account, AccountList list, CancellationToken ct) =>
        await list.FindAsync(account, ct) is { } row ? TypedResults.Ok(row) : TypedResults.NotFound();

    private static async Task<IResult> Create(AccountRequest request, AccountChanges changes, AccountList list, HttpContext http, CancellationToken ct)
    {
        var outcome = await changes.CreateAsync(http.User.ToPerson(), request.UserName ?? "", request.Password ?? "", request.Draft, ct);
        return outcome is AccountOutcome.Done(var id)
            ? TypedResults.Created($"/api/v1/accounts/{id}", await list.FindAsync(id.ToString(), ct))
            : Refusal(outcome);
    }

    private static Task<IResult> Update(
        string account, AccountRequest request, AccountChanges changes, AccountList list, HttpContext http, CancellationToken ct) =>
        ChangeAsync(account, list, row => changes.UpdateAsync(http.User.ToPerson(), row.Id, request.DraftOver(row), request.Version ?? row.Version, ct), ct);

    private static Task<IResult> ResetPassword(
        string account, PasswordRequest request, AccountChanges changes, AccountList list, HttpContext http, CancellationToken ct) =>
        ChangeAsync(account, list, row => changes.ResetPasswordAsync(http.User.ToPerson(), row.Id, request.Password ?? "", ct), ct);

    private static Task<IResult> Unlock(string account, AccountChanges changes, AccountList list, HttpContext http, CancellationToken ct) =>
        ChangeAsync(account, list, row => changes.UnlockAsync(http.User.ToPerson(), row.Id, ct), ct);

    private static async Task<IResult> Delete(string account, AccountChanges changes, AccountList list, HttpContext http, CancellationToken ct)
    {
        if (await list.FindAsync(account, ct) is not { } row)
            return TypedResults.NotFound();
        var outcome = await changes.DeleteAsync(http.User.ToPerson(), row.Id, ct);
        return outcome is AccountOutcome.Done ? TypedResults.NoContent() : Refusal(outcome);
    }

    private static async Task<IResult> ChangeAsync(string account, AccountList list, Func<AccountRow, Task<AccountOutcome>> change, CancellationToken ct)
    {
        if (await list.FindAsync(account, ct) is not { } row)
            return TypedResults.NotFound();
        var outcome = await change(row);
        return outcome is AccountOutcome.Done ? TypedResults.Ok(await list.FindAsync(row.Id.ToString(), ct)) : Refusal(outcome);
    }

    private static async Task<Ok<IReadOnlyList<SessionRow>>> ListSessions(AccountSessions sessions, HttpContext http, CancellationToken ct) =>
        TypedResults.Ok(await sessions.ListAsync(AccountPrincipals.IdOf(http.User)!.Value, AccountPrincipals.SessionOf(http.User), ct));

    private static async Task<Results<NoContent, NotFound>> EndSession(Guid session, AccountSessions sessions, HttpContext http, CancellationToken ct) =>
        await sessions.EndAsync(AccountPrincipals.IdOf(http.User)!.Value, session, ct) ? TypedResults.NoContent() : TypedResults.NotFound();

    private static async Task<NoContent> EndSessions(AccountSessions sessions, HttpContext http, CancellationToken ct)
    {
        await sessions.EndOthersAsync(AccountPrincipals.IdOf(http.User)!.Value, AccountPrincipals.SessionOf(http.User), ct);
        return TypedResults.NoContent();
    }

    private static IResult Refusal(AccountOutcome outcome) => outcome switch
    {
        AccountOutcome.NotFound => TypedResults.NotFound(),
        AccountOutcome.Conflict => TypedResults.Problem(
            "Somebody else has changed the account meanwhile: read it again.", statusCode: StatusCodes.Status409Conflict),
        AccountOutcome.LastAdministrator => TypedResults.Problem(
            "This is the last administrator: make another one first.", statusCode: StatusCodes.Status409Conflict),
        AccountOutcome.Invalid(var field, _, var why) => TypedResults.ValidationProblem(new Dictionary<string, string[]> { [field] = [why] }),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
    };

    private static int Skip(int? skip) => Math.Max(0, skip ?? 0);

    private static int Take(int? take) => Math.Clamp(take ?? 100, 1, LargestPage);
}

/// <summary>An account to add or change; name and password count when adding only.</summary>
/// <remarks>What a change leaves out stays as it is; a new account without a role only sees.</remarks>
internal sealed record AccountRequest(string? UserName, string? Password, Role? Role, IReadOnlyList<Guid>? Rooms, bool? Disabled, string? Version)
{
    internal AccountDraft Draft => new(Role ?? default, Rooms ?? [], Disabled ?? false);

    internal AccountDraft DraftOver(AccountRow row) => new(Role ?? row.Role, Rooms ?? [.. row.Rooms.Select(r => r.Id)], Disabled ?? row.Disabled);
}

/// <summary>A new password.</summary>
internal sealed record PasswordRequest(string? Password);

/// <summary>A page of accounts.</summary>
internal sealed record AccountsAnswer(IReadOnlyList<AccountRow> Items, int Total);
