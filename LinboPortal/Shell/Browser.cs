using Microsoft.JSInterop;

namespace LinboPortal.Shell;

/// <summary>What only the browser can do; the one class that speaks to <c>portal.js</c>.</summary>
internal sealed class Browser(IJSRuntime js) : IAsyncDisposable
{
    private IJSObjectReference? module;
    private TimeZoneInfo? zone;

    /// <summary>Marks the page as connected (<c>html[data-circuit=ready]</c>): from now on clicks arrive.</summary>
    public async Task ReportReadyAsync() => await (await ModuleAsync()).InvokeVoidAsync("circuitReady");

    /// <summary>Puts text on the clipboard, on plain http too.</summary>
    public async Task CopyAsync(string text) => await (await ModuleAsync()).InvokeVoidAsync("copyText", text);

    /// <summary>The time zone that the person's browser lives in; UTC where it names one that we do not know.</summary>
    public async Task<TimeZoneInfo> ZoneAsync() => zone ??=
        TimeZoneInfo.TryFindSystemTimeZoneById(await (await ModuleAsync()).InvokeAsync<string>("zone"), out var found) ? found : TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (module is not null)
                await module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone, and the module with it.
        }
    }

    private async Task<IJSObjectReference> ModuleAsync() =>
        module ??= await js.InvokeAsync<IJSObjectReference>("import", "/lib/portal.js");
}
