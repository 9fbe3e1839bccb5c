using LinboPortal.Core.Accounts;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Jobs;
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

    private string Action => draft.Request.NotBefore is null ? Text.Act(draft.Choice, Jobs.Pcs(Acting)) : Text["Act.later", Jobs.Pcs(Acting)];

    /// <summary>PCs that will act; what they are doing at a later time nobody knows yet.</summary>
    private int Acting => draft.Request.NotBefore is null ? draft.Forecast.Acting : Target.Count;

    private string Facts => string.Join(", ", new (string Key, int Count)[]
        {
            ("Linbo", Target.InLinbo), ("Booting", Target.In(HostState.Booting)), ("Off", Target.In(HostState.Off)),
            ("Os", Target.InSystem), ("Unknown", Target.In(HostState.Unknown) + Target.In(HostState.On)),
        }.Where(f => f.Count > 0).Select(f => Text[$"Facts.{f.Key}", Sizes.Count(f.Count)].Value));

    private IReadOnlyList<string> Hints => draft.Request.NotBefore is null && Text.Sentences(Jobs, draft.Forecast) is { Count: > 0 } sentences
        ? draft.Way == CommandWay.Boot ? [Text["Note.Boot"], .. sentences] : sentences
        : [Text[draft.Way switch { CommandWay.Boot => "Note.Boot", CommandWay.Wake => "Way.Wake.Why", _ => "Way.Now.Why" }]];

    /// <summary>Switching off or restarting would reach more PCs if the portal might log in to their systems; said to who may set that up.</summary>
    private bool HasNoSystemAccess => draft.Request.NotBefore is null && draft.Way == CommandWay.Now && PcParts.IsPowerOnly(draft.Commands)
        && draft.Forecast.SkippedInSystem > 0 && Person.May(Permission.GroupsEdit);

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
