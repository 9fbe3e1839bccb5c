using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace LinboPortal.Shell;

public sealed partial class CodeEditor
{
    private ElementReference element;
    private IJSObjectReference? module;
    private IJSObjectReference? editor;
    private DotNetObjectReference<CodeEditor>? self;
    private string? known;
    private IReadOnlyList<CodeProblem>? drawn;

    /// <summary>The text.</summary>
    [Parameter, EditorRequired]
    public required string Value { get; set; }

    /// <summary>The person changed the text.</summary>
    [Parameter]
    public EventCallback<string> ValueChanged { get; set; }

    /// <summary><c>startconf</c>, <c>grub</c>, <c>shell</c>, <c>reg</c>, <c>desc</c> or <c>plain</c>.</summary>
    [Parameter]
    public string Language { get; set; } = "plain";

    /// <summary>What is said to those who hear the page.</summary>
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    [Parameter]
    public bool ReadOnly { get; set; }

    /// <summary>A CSS length.</summary>
    [Parameter]
    public string Height { get; set; } = "min(70vh, 720px)";

    /// <summary>What to underline. Hand over a new list to draw it anew.</summary>
    [Parameter]
    public IReadOnlyList<CodeProblem> Problems { get; set; } = [];

    /// <summary>Puts the cursor on a line, from 1, and the focus into the text.</summary>
    public async Task GoToLineAsync(int line)
    {
        if (editor is not null)
            await editor.InvokeVoidAsync("goToLine", line);
    }

    /// <summary>The text as it stands in the browser this moment, without waiting for the pause after the last key.</summary>
    public async Task<string> GetTextAsync() => editor is null ? Value : await editor.InvokeAsync<string>("getText");

    /// <summary>For the script alone.</summary>
    [JSInvokable]
    public async Task ReportChange(string text)
    {
        known = text;
        await ValueChanged.InvokeAsync(text);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (editor is not null)
            {
                await editor.InvokeVoidAsync("destroy");
                await editor.DisposeAsync();
            }

            if (module is not null)
                await module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone, and the editor with it.
        }

        self?.Dispose();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            self = DotNetObjectReference.Create(this);
            known = Value;
            module = await Js.InvokeAsync<IJSObjectReference>("import", "/lib/editor.js");
            editor = await module.InvokeAsync<IJSObjectReference>(
                "create", element, self, Value, new { language = Language, readOnly = ReadOnly, label = Label });
        }

        if (editor is null)
            return;
        if (known != Value)
        {
            known = Value;
            await editor.InvokeVoidAsync("setText", Value);
        }

        if (!ReferenceEquals(drawn, Problems))
        {
            drawn = Problems;
            await editor.InvokeVoidAsync("setProblems", Problems.Select(p => new
            {
                line = p.Line,
                column = p.Column,
                message = p.Message,
                severity = p.Severity switch
                {
                    CodeProblemSeverity.Error => "error",
                    CodeProblemSeverity.Warning => "warning",
                    _ => "info",
                },
            }));
        }
    }
}
