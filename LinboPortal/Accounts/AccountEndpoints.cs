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
        app.MapGet("/api/v1/audit", Audit).RequireAuthorization(Permission.AuditRead).WithTags("Accounts").WithName("ListAudit");
    }

    private static async Task<Ok<AccountsAnswer>> List(AccountList list, string? search, int? skip, int? take, CancellationToken ct)
    {
        var (rows, total) = await list.ReadAsync(search, Skip(skip), Take(take), ct);
        return TypedResults.Ok(new AccountsAnswer(rows, total));
    }

    private static async Task<Ok<AuditPage>> Audit(AccountList list, string? search, int? skip, int? take, CancellationToken ct)
    {
        var (rows, total) = await list.AuditAsync(search, Skip(skip), Take(take), ct);
        return TypedResults.Ok(new AuditPage([.. rows.Select(a => new AuditAnswer(a.At, a.Person, a.Action, a.Subject, a.Details))], total));
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
        ChangeAsync(account, list, id => changes.UpdateAsync(http.User.ToPerson(), id, request.Draft, request.Version, ct), ct);

    private static Task<IResult> ResetPassword(
        string account, PasswordRequest request, AccountChanges changes, AccountList list, HttpContext http, CancellationToken ct) =>
        ChangeAsync(account, list, id => changes.ResetPasswordAsync(http.User.ToPerson(), id, request.Password ?? "", ct), ct);

    private static Task<IResult> Unlock(string account, AccountChanges changes, AccountList list, HttpContext http, CancellationToken ct) =>
        ChangeAsync(account, list, id => changes.UnlockAsync(http.User.ToPerson(), id, ct), ct);

    private static async Task<IResult> Delete(string account, AccountChanges changes, AccountList list, HttpContext http, CancellationToken ct)
    {
        if (await list.FindAsync(account, ct) is not { } row)
            return TypedResults.NotFound();
        var outcome = await changes.DeleteAsync(http.User.ToPerson(), row.Id, ct);
        return outcome is AccountOutcome.Done ? TypedResults.NoContent() : Refusal(outcome);
    }

    private static async Task<IResult> ChangeAsync(string account, AccountList list, Func<Guid, Task<AccountOutcome>> change, CancellationToken ct)
    {
        if (await list.FindAsync(account, ct) is not { } row)
            return TypedResults.NotFound();
        var outcome = await change(row.Id);
        return outcome is AccountOutcome.Done ? TypedResults.Ok(await list.FindAsync(row.Id.ToString(), ct)) : Refusal(outcome);
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
internal sealed record AccountRequest(string? UserName, string? Password, Role Role, IReadOnlyList<Guid>? Rooms, bool Disabled, string? Version)
{
    internal AccountDraft Draft => new(Role, Rooms ?? [], Disabled);
}

/// <summary>A new password.</summary>
internal sealed record PasswordRequest(string? Password);

/// <summary>A page of accounts.</summary>
internal sealed record AccountsAnswer(IReadOnlyList<AccountRow> Items, int Total);

/// <summary>A page of the audit trail.</summary>
internal sealed record AuditPage(IReadOnlyList<AuditAnswer> Items, int Total);

/// <summary>Who changed what.</summary>
internal sealed record AuditAnswer(DateTimeOffset At, string Person, string Action, string Subject, string? Details);
