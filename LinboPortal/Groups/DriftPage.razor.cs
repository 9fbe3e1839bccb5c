using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Shell;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LinboPortal.Groups;

public sealed partial class DriftPage
{
    private const int Shown = 100;
    private TreeState state = TreeState.None;
    private TreeDriftTexts? open;
    private string? refusal;
    private bool isRunning;

    [CascadingParameter]
    public required Person Person { get; set; }

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        state = Projection.State;
        if (open is not null)
            open = await Projection.ReadDriftAsync(open.Drift.Path, cancellationToken);
    }

    protected override bool Concerns(PortalEvent portalEvent) => portalEvent is PortalEvent.TreeProjected;

    private async Task OpenAsync(string path) => open = open?.Drift.Path == path ? null : await Projection.ReadDriftAsync(path, Leaving);

    private Task ProjectAsync() => RunAsync(async () =>
    {
        state = await Projection.RunAsync(isFull: true, Leaving);
        Snackbar.Add(Text["Drift.Projected", state.Written], Severity.Success);
        return new DriftOutcome.Done();
    });

    private async Task TakeInAsync(TreeDrift drift)
    {
        if (await Dialogs.ConfirmAsync(new ConfirmQuestion(Text["Drift.TakeInTitle", drift.Path], Text["Drift.TakeIn"]) { Consequence = Text["Drift.TakeInConsequence", drift.Group!] }))
            await RunAsync(() => Decisions.TakeInAsync(Person, drift.Path, drift.Found, Leaving));
    }

    private async Task ReplaceAsync(TreeDrift drift)
    {
        var isRemoval = drift.Kind == TreeDriftKind.Leftover;
        if (await Dialogs.ConfirmAsync(new ConfirmQuestion(
            Text[isRemoval ? "Drift.RemoveTitle" : "Drift.ReplaceTitle", drift.Path], Text[isRemoval ? "Drift.Remove" : "Drift.Replace"])
        { Consequence = Text["Drift.ReplaceConsequence"], Dangerous = true }))
            await RunAsync(() => Decisions.ReplaceAsync(Person, drift.Path, drift.Found, Leaving));
    }

    private async Task RunAsync(Func<Task<DriftOutcome>> act)
    {
        isRunning = true;
        refusal = null;
        try
        {
            refusal = await act() switch
            {
                DriftOutcome.Done => null,
                DriftOutcome.ChangedSince => Text["Drift.ChangedSince"].Value,
                DriftOutcome.NoText => Text["Drift.NoText"].Value,
                DriftOutcome.Refused(GroupOutcome.Invalid(var problems)) => Text["File.Errors", problems.Length, Problem.Message(problems[0]), problems[0].Line].Value,
                _ => Text["ChangedMeanwhile"].Value,
            };
            state = Projection.State;
        }
        finally
        {
            isRunning = false;
        }
    }
}
