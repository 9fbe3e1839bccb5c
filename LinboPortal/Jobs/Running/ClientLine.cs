using LinboPortal.Api;
using LinboPortal.Core.Remote;

namespace LinboPortal.Jobs.Running;

/// <summary>The line to one PC: made when it is needed, made again when it broke.</summary>
internal sealed class ClientLine(ILinboClient client, LinboAddress address) : IAsyncDisposable
{
    private ILinboSession? session;

    public LinboAddress Address => address;

    public bool IsOpen => session is not null;

    /// <summary>The open session, or a new one.</summary>
    public async Task<ILinboSession> GetAsync(CancellationToken ct) => session ??= await client.ConnectAsync(address, ct);

    /// <summary>Lets go of a session that broke.</summary>
    public async Task DropAsync()
    {
        if (session is not { } old)
            return;
        session = null;
        try
        {
            await old.DisposeAsync();
        }
        catch (LinboClientException)
        {
            // It broke already.
        }
    }

    /// <summary>Does what is nice to have: a PC that does not take part is no failure.</summary>
    public async Task TryAsync(Func<ILinboSession, CancellationToken, Task> act, TimeSpan patience, TimeProvider time)
    {
        using var limit = new CancellationTokenSource(patience, time);
        try
        {
            await act(await GetAsync(limit.Token), limit.Token);
        }
        catch (Exception e) when (e is LinboClientException or OperationCanceledException || DatabaseGone.Explains(e))
        {
            await DropAsync();
        }
    }

    public async ValueTask DisposeAsync() => await DropAsync();
}
