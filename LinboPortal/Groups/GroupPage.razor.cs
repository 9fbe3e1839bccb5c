using LinboPortal.Api;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using MudBlazor;

namespace LinboPortal.Groups;

public sealed partial class GroupPage
{
    private readonly StartConfDraft draft = new();
    private CodeEditor? editor;
    private GroupDetail? group;
    private IReadOnlyList<CodeProblem> shown = [];
    private string tab = "text";
    private string note = "";
    private string? refusal;
    private bool isLoaded;
    private bool isSaving;
    private Guid? openId;
    private string? openName;

    [CascadingParameter]
    public required Person Person { get; set; }

    [Parameter]
    public required string Name { get; set; }

    [SupplyParameterFromQuery]
    public string? Tab { get; set; }

    private bool MayEdit => Person.May(Permission.GroupsEdit);

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        tab = Tab is "revisions" or "grub" or "systems" ? Tab : "text";
        group = await Reads.FindAsync(Person, openId is { } id && openName == Name ? id.ToString() : Name, cancellationToken);
        isLoaded = true;
        if (group is null)
            return;
        if (group.Id != openId)
            draft.Start(group);
        else
            draft.Meet(group);
        (openId, openName) = (group.Id, Name);
        Underline();
    }

    protected override bool Concerns(PortalEvent portalEvent) => portalEvent switch
    {
        PortalEvent.GroupUpdated(var id, _, _) => id == openId,
        PortalEvent.HostsImported => true,
        _ => false,
    };

    private void Write(string text)
    {
        draft.Write(text);
        refusal = null;
        Underline();
    }

    private void Underline() => shown = [.. draft.Problems.Select(Problem.ToCodeProblem)];

    private Task GoToAsync(int line) => editor?.GoToLineAsync(line) ?? Task.CompletedTask;

    private void Discard()
    {
        Write(draft.BaseText);
        note = "";
    }

    private void TakeTheirs()
    {
        draft.TakeTheirs();
        Underline();
    }

    private async Task SaveAsync()
    {
        if (group is null || isSaving)
            return;
        isSaving = true;
        try
        {
            // What was typed in this very moment is not here yet.
            if (editor is not null)
                Write(await editor.GetTextAsync());
            await ShowAsync(await Saves.SaveAsync(Person, group.Id.ToString(), draft.Text, draft.BaseRevision, note, Leaving));
        }
        catch (Exception exception) when (DatabaseGone.Explains(exception))
        {
            refusal = Shell["DatabaseAwaySave"];
        }
        finally
        {
            isSaving = false;
        }
    }

    private async Task RestoreAsync(int number)
    {
        if (group is not null && await Dialogs.ConfirmAsync(new ConfirmQuestion(Text["Restore.Title", number], Text["Restore"])
        {
            Consequence = draft.IsChanged ? Text["Restore.LosesDraft"] : Text["Restore.Consequence"],
        }))
        {
            draft.Start(group);
            await ShowAsync(await Saves.RestoreAsync(Person, group.Id.ToString(), number, group.Revision, Leaving));
        }
    }

    private async Task ShowAsync(GroupOutcome outcome)
    {
        switch (outcome)
        {
            case GroupOutcome.Done done when group is not null:
                group = await Reads.FindAsync(Person, done.Id.ToString(), Leaving) ?? group;
                draft.Start(group);
                Underline();
                note = "";
                Snackbar.Add(Text["Saved", done.Revision], Severity.Success);
                break;
            case GroupOutcome.Conflict conflict:
                draft.Refuse(conflict);
                break;
            case GroupOutcome.Invalid(var problems):
                refusal = Text["NotSaved.Errors", problems.Length];
                await GoToAsync(problems[0].Line);
                break;
            default:
                refusal = Text["NoSuchGroupWhy", Name];
                break;
        }
    }

    private async Task RenameAsync()
    {
        var dialog = await Dialogs.ShowAsync<RenameGroupDialog>(Text["Rename"], new DialogParameters<RenameGroupDialog> { { d => d.Person, Person }, { d => d.Name, group!.Name } });
        if (await dialog.Result is { Canceled: false, Data: string name })
        {
            openId = null; // the draft starts anew: the text names the group
            Navigation.NavigateTo($"/groups/{Uri.EscapeDataString(name)}");
        }
    }

    private async Task DeleteAsync()
    {
        var dialog = await Dialogs.ShowAsync<DeleteGroupDialog>(
            Text["Delete"], new DialogParameters<DeleteGroupDialog> { { d => d.Person, Person }, { d => d.Name, group!.Name }, { d => d.Hosts, group.Hosts } });
        if (await dialog.Result is { Canceled: false })
        {
            draft.Start(group!);
            Navigation.NavigateTo("/groups");
        }
    }

    private async Task AskBeforeLeavingAsync(LocationChangingContext context)
    {
        var stays = new Uri(new Uri(Navigation.Uri), context.TargetLocation).AbsolutePath == new Uri(Navigation.Uri).AbsolutePath;
        if (!draft.IsChanged || stays || await Dialogs.ConfirmAsync(new ConfirmQuestion(Text["Leave.Title"], Text["Leave"]) { Consequence = Text["Leave.Consequence"], Dangerous = true }))
            return;
        context.PreventNavigation();
    }
}
