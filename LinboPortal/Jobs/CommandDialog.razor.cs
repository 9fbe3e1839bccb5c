using LinboPortal.Core.Accounts;
using LinboPortal.Core.Hosts;
using LinboPortal.Shell;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LinboPortal.Jobs;

/// <summary>The command picker.</summary>
public sealed partial class CommandDialog
{
    private const int ShownNames = 60;
    private static readonly CommandWay[] Ways = [CommandWay.Now, CommandWay.Wake, CommandWay.Boot];

    private CommandDraft draft = null!;
    private IReadOnlyList<CommandChoice> choices = [];
    private IReadOnlyList<string>? wrong;
    private bool busy;

    [CascadingParameter]
    internal IMudDialogInstance Dialog { get; set; } = null!;

    /// <summary>The PCs.</summary>
    [Parameter, EditorRequired]
    public required CommandTarget Of { get; set; }

    /// <summary>Who asks; dialogs lie outside of the page and its cascades.</summary>
    [Parameter, EditorRequired]
    public required Person Person { get; set; }

    /// <summary>What the PCs are called together: a room, a group, nothing.</summary>
    [Parameter]
    public string Label { get; set; } = "";

    /// <summary>The browser's time zone.</summary>
    [Parameter, EditorRequired]
    public required TimeZoneInfo Zone { get; set; }

    private CommandTarget Target => Of;

    /// <summary>Who sees only rooms has a class that waits: few words and big targets.</summary>
    private bool IsExpert => Person.Scope is Scope.All;

    private string Action => draft.Request.NotBefore is null ? Text.Act(draft.Choice, Jobs.Pcs(Target.Count)) : Text["Act.later", Jobs.Pcs(Target.Count)];

    private string Facts => string.Join(", ", new (string Key, int Count)[]
        {
            ("Linbo", Target.InLinbo), ("Booting", Target.States.GetValueOrDefault(HostState.Booting)), ("Off", Target.States.GetValueOrDefault(HostState.Off)),
            ("Os", Target.InSystem), ("Unknown", Target.States.GetValueOrDefault(HostState.Unknown)),
        }.Where(f => f.Count > 0).Select(f => Text[$"Facts.{f.Key}", Sizes.Count(f.Count)].Value));

    private string Hint => (draft.Way, Target) switch
    {
        (CommandWay.Boot, _) => Text["Note.Boot"],
        (CommandWay.Now, { InLinbo: 0, InSystem: 0 }) => Text["Note.NoneNow"],
        (CommandWay.Now, { Off: > 0, InSystem: 0 }) => Text["Note.OffNow", Jobs.Pcs(Target.Off)],
        (_, { InSystem: > 0 }) => Text["Note.OsNow", Jobs.Pcs(Target.InSystem)],
        (CommandWay.Wake, _) => Text["Way.Wake.Why"],
        _ => Text["Way.Now.Why"],
    };

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        choices = CommandChoice.For(Person, Target.Count);
        draft = new CommandDraft(Target);
    }

    private static string NameOf(TargetPart part) => part.Name.Length > 0 ? part.Name : $"{part.Number}";

    private async Task SendAsync()
    {
        busy = true;
        try
        {
            // Not ended with the dialog: what was confirmed is carried out.
            (var created, wrong) = await Orders.SendAsync(Person, draft.Request, Action, CancellationToken.None);
            if (created is not null)
                Dialog.Close(DialogResult.Ok(created));
        }
        finally
        {
            busy = false;
        }
    }
}
