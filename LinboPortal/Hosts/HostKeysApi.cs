using LinboPortal.Accounts;
using LinboPortal.Core.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LinboPortal.Hosts;

/// <summary>PCs whose old host keys shall be forgotten, by name.</summary>
internal sealed record ForgetKeysBody(IReadOnlyList<string>? Hosts);

/// <summary>A host key by its fingerprint.</summary>
/// <param name="Fingerprint">As <c>ssh-keygen -l</c> writes it: <c>SHA256:</c> and 43 characters.</param>
internal sealed record FingerprintBody(string? Fingerprint);

/// <summary>Names of PCs.</summary>
internal sealed record HostNames(IReadOnlyList<string> Hosts);

/// <summary><c>/api/v1/host-keys</c>.</summary>
internal static class HostKeysApi
{
    public static void MapHostKeysApi(this IEndpointRouteBuilder app)
    {
        var keys = app.MapGroup("/api/v1/host-keys").WithTags("Hosts").RequireAuthorization(Permission.HostsRead);
        keys.MapGet("/changed", ChangedAsync).WithSummary("The PCs that show another SSH host key than at first contact, and get no commands for it");
        keys.MapPost("/forget", ForgetAsync).RequireAuthorization(Permission.HostsEdit)
            .WithSummary("Forgets the old keys of PCs that show another one: the next contact is a first one again. Answers whose it were");
        keys.MapGet("/known", KnownAsync).WithName("ListLinboHostKeys").WithSummary("The SSH host keys that LINBO of this installation has: those of the configuration directory, and confirmed ones");
        keys.MapGet("/unknown", UnknownAsync).WithName("ListUnknownHostKeys").WithSummary("The PCs that get no commands because they show an SSH host key that nobody knows");
        keys.MapPost("/confirm", ConfirmAsync).RequireAuthorization(Permission.SystemEdit).WithName("ConfirmHostKey")
            .WithSummary("Confirms by its fingerprint that LINBO of this installation has an SSH host key");
        keys.MapPost("/withdraw", WithdrawAsync).RequireAuthorization(Permission.SystemEdit).WithName("WithdrawHostKey").WithSummary("Takes a confirmation back: no PC may show the key any more");
    }

    private static async Task<Ok<HostNames>> ChangedAsync(HostKeys keys, HttpContext http, CancellationToken ct) =>
        TypedResults.Ok(new HostNames([.. (await keys.ChangedAsync(http.User.ToPerson(), null, ct)).Select(c => c.Name)]));

    private static async Task<Ok<IReadOnlyList<LinboKeyRow>>> KnownAsync(LinboKeys keys, HttpContext http, CancellationToken ct) =>
        TypedResults.Ok(await keys.KnownAsync(http.User.ToPerson(), ct));

    private static async Task<Ok<IReadOnlyList<UnknownKeyRow>>> UnknownAsync(LinboKeys keys, HttpContext http, CancellationToken ct) =>
        TypedResults.Ok(await keys.UnknownAsync(http.User.ToPerson(), null, ct));

    private static async Task<Results<NoContent, ValidationProblem, ForbidHttpResult>> ConfirmAsync(
        FingerprintBody body, LinboKeys keys, Microsoft.Extensions.Localization.IStringLocalizer<HostPageText> text, HttpContext http, CancellationToken ct)
    {
        if (LinboKeys.Read(body.Fingerprint) is not { } print)
            return Wrong(text);
        return await keys.ConfirmAsync(http.User.ToPerson(), print, ct) ? TypedResults.NoContent() : TypedResults.Forbid();
    }

    private static async Task<Results<NoContent, ValidationProblem, NotFound>> WithdrawAsync(
        FingerprintBody body, LinboKeys keys, Microsoft.Extensions.Localization.IStringLocalizer<HostPageText> text, HttpContext http, CancellationToken ct)
    {
        if (LinboKeys.Read(body.Fingerprint) is not { } print)
            return Wrong(text);
        return await keys.WithdrawAsync(http.User.ToPerson(), print, ct) ? TypedResults.NoContent() : TypedResults.NotFound();
    }

    private static ValidationProblem Wrong(Microsoft.Extensions.Localization.IStringLocalizer<HostPageText> text) =>
        TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["fingerprint"] = [text["Key.FingerprintWrong"]] });

    private static async Task<Results<Ok<HostNames>, ValidationProblem>> ForgetAsync(ForgetKeysBody body, HostKeys keys, HttpContext http, CancellationToken ct)
    {
        if (body.Hosts is not { Count: > 0 } names)
            return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["hosts"] = ["Name the PCs."] });
        var person = http.User.ToPerson();
        var changed = await keys.ChangedAsync(person, null, ct);
        List<Guid> meant = [.. changed.Where(c => names.Contains(c.Name, StringComparer.OrdinalIgnoreCase)).Select(c => c.Id)];
        return TypedResults.Ok(new HostNames(await keys.ForgetAsync(person, meant, ct)));
    }
}
