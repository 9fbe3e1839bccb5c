using System.Security.Claims;
using LinboPortal.Api;
using LinboPortal.Core.Accounts;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace LinboPortal.Accounts;

/// <summary>A signed-in person on an open page, with what ends when the rights do.</summary>
internal sealed class CircuitPrincipal(ClaimsPrincipal principal) : ClaimsPrincipal(principal)
{
    /// <summary>Shared by all <see cref="Person"/>s that are made of this principal.</summary>
    public SessionStanding Standing { get; } = new();
}

/// <summary>
/// Who sits at an open page. A circuit lives for hours without a request that would check the account, so it is checked every few seconds and
/// before each thing that the person does. When the session ends or the rights change, every <see cref="Person"/> that a page or dialog still
/// holds is worth nothing, and the page is drawn anew for who it is now.
/// </summary>
internal sealed partial class CircuitPerson(
    SessionWatch watch, AccountSessions sessions, TimeProvider time, ILogger<CircuitPerson> log) : ServerAuthenticationStateProvider, IDisposable
{
    /// <summary>How old the last check may be when the person does something.</summary>
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(2);

    private static readonly ClaimsPrincipal Nobody = new(new ClaimsIdentity());

    private readonly CancellationTokenSource leaving = new();
    private CircuitPrincipal? current;
    private Task<AuthenticationState>? state;
    private IDisposable? following;
    private long checkedAt;
    private DateTimeOffset seenAt;
    private bool hasEnded;

    /// <inheritdoc/>
    public override async Task<AuthenticationState> GetAuthenticationStateAsync()
    {
        var user = (await base.GetAuthenticationStateAsync()).User;
        if (user.Identity is not { IsAuthenticated: true } || hasEnded)
            return new AuthenticationState(Nobody);
        return await (state ??= Task.FromResult(new AuthenticationState(current ??= new CircuitPrincipal(user))));
    }

    /// <summary>Begins to check. On a circuit only: a plain page that changes the own password must not lose its person halfway.</summary>
    public async Task FollowAsync()
    {
        var user = (await GetAuthenticationStateAsync()).User;
        checkedAt = time.GetTimestamp();
        if (user.Identity is { IsAuthenticated: true })
            following ??= watch.Follow(user, ApplyAsync);
    }

    /// <summary>
    /// Asked before each thing that the browser wants done on the page. Also notes that the person is there.
    /// </summary>
    /// <returns>False where nobody is signed in any more: nothing may be done.</returns>
    public async Task<bool> MayActAsync()
    {
        if (current is null || following is null)
            return !hasEnded; // a page for everybody
        if (hasEnded || time.GetElapsedTime(checkedAt) < Freshness)
            return !hasEnded;
        try
        {
            await watch.LookAsync(AccountPrincipals.IdOf(current), leaving.Token);
            if (current is { } person && AccountPrincipals.SessionOf(person) is { } session)
                seenAt = await sessions.NoteActivityAsync(session, seenAt, leaving.Token);
            checkedAt = time.GetTimestamp();
        }
        catch (Exception e) when (DatabaseGone.Explains(e))
        {
            LogUnchecked(e.Message); // the use case will say it: nothing is changed without the database
        }

        return !hasEnded;
    }

    public void Dispose()
    {
        following?.Dispose();
        current?.Standing.End();
        leaving.Cancel();
        leaving.Dispose();
    }

    private Task ApplyAsync(ClaimsPrincipal? now)
    {
        if (hasEnded)
            return Task.CompletedTask;
        current?.Standing.End();
        hasEnded = now is null;
        current = now is null ? null : new CircuitPrincipal(now);
        state = Task.FromResult(new AuthenticationState((ClaimsPrincipal?)current ?? Nobody));
        NotifyAuthenticationStateChanged(state);
        return Task.CompletedTask;
    }

    [LoggerMessage(LogLevel.Debug, "The account of an open page could not be checked: {Reason}")]
    private partial void LogUnchecked(string reason);
}
