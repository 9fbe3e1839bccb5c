using LinboPortal.Core.Accounts;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace LinboPortal.Remote;

/// <summary>A root shell on a PC, in the browser. Bytes go over the circuit; each piece waits until the browser has drawn the one before.</summary>
public sealed partial class TerminalPage
{
    private readonly CancellationTokenSource leaving = new();
    private ElementReference element;
    private ElementReference closeButton;
    private IJSObjectReference? module;
    private IJSObjectReference? terminal;
    private DotNetObjectReference<TerminalPage>? self;
    private TerminalSession? session;
    private Task following = Task.CompletedTask;
    private TerminalEnd? end;
    private TimeSpan? left;
    private string? refusal;
    private string? detail;
    private bool opening = true;
    private bool ready;

    /// <summary>The PC.</summary>
    [Parameter]
    public required string Name { get; set; }

    [CascadingParameter]
    public required Person Person { get; set; }

    [Inject]
    internal Terminals Terminals { get; set; } = null!;

    [Inject]
    internal IJSRuntime Js { get; set; } = null!;

    private string Back => $"/hosts/{Uri.EscapeDataString(Name)}";

    private string? Summary => opening ? Text["Opening"].Value : session is not null ? Text["Open"].Value : null;

    /// <summary>For the script alone: keys and pasted text.</summary>
    [JSInvokable]
    public Task TypeAsync(byte[] keys) => session?.TypeAsync(keys, leaving.Token) ?? Task.CompletedTask;

    /// <summary>For the script alone: the window has another size.</summary>
    [JSInvokable]
    public void Resize(int columns, int rows) => session?.Resize(columns, rows);

    /// <summary>For the script alone: the way out of the terminal by keyboard.</summary>
    [JSInvokable]
    public async Task LeaveAsync()
    {
        if (session is not null)
            await closeButton.FocusAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await leaving.CancelAsync();
        await EndAsync();
        await following;
        try
        {
            if (terminal is not null)
            {
                await terminal.InvokeVoidAsync("destroy");
                await terminal.DisposeAsync();
            }

            if (module is not null)
                await module.DisposeAsync();
        }
        catch (Exception e) when (e is JSDisconnectedException or TaskCanceledException)
        {
            // The browser is gone.
        }

        self?.Dispose();
        leaving.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        self = DotNetObjectReference.Create(this);
        module = await Js.InvokeAsync<IJSObjectReference>("import", leaving.Token, "/lib/terminal.js");
        terminal = await module.InvokeAsync<IJSObjectReference>("create", leaving.Token, element, self, Text["Label", Name].Value);
        ready = true;
        await OpenAsync();
    }

    private async Task OpenAsync()
    {
        if (session is not null || terminal is null)
            return;
        (opening, refusal, detail, end, left) = (true, null, null, null, null);
        StateHasChanged();
        var size = await terminal.InvokeAsync<int[]>("reset", leaving.Token);
        var opened = await Terminals.OpenAsync(Person, Name, size[0], size[1], leaving.Token);
        opening = false;
        if (opened is TerminalOpened.Open(var open))
        {
            session = open;
            session.Warned += Warn;
            following = FollowAsync(open);
            await terminal.InvokeVoidAsync("focus", leaving.Token);
        }
        else
        {
            (refusal, detail) = Text.WhyNot(opened, Name);
        }

        StateHasChanged();
    }

    private async Task FollowAsync(TerminalSession open)
    {
        try
        {
            await foreach (var piece in open.ReadAsync(leaving.Token))
                await terminal!.InvokeVoidAsync("write", leaving.Token, piece.ToArray());
        }
        catch (Exception e) when (e is OperationCanceledException or JSDisconnectedException or JSException or ObjectDisposedException)
        {
            // The person left, or the browser did.
        }

        await EndAsync();
        if (!leaving.IsCancellationRequested)
            await InvokeAsync(StateHasChanged);
    }

    private Task CloseAsync() => EndAsync();

    private async Task EndAsync()
    {
        if (Interlocked.Exchange(ref session, null) is not { } open)
            return;
        open.Warned -= Warn;
        await open.DisposeAsync();
        (end, left) = (open.End, null);
    }

    private void Warn(TimeSpan? rest) => _ = InvokeAsync(() =>
    {
        left = rest;
        StateHasChanged();
    });
}
