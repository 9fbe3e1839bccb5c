using LinboPortal.Core.Accounts;
using LinboPortal.Jobs;
using LinboPortal.Shell;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LinboPortal.Hosts;

/// <summary>The room's PCs as those who are told something: which are selected, and what they are told.</summary>
public sealed partial class RoomPage
{
    private readonly HashSet<Guid> picked = [];
    private HashSet<string> commandable = [];
    private CommandTarget? target;

    [Inject]
    internal CommandTargets Targets { get; set; } = null!;

    [Inject]
    internal PcWorks Works { get; set; } = null!;

    [Inject]
    internal JobOrders Orders { get; set; } = null!;

    [Inject]
    internal JobChanges JobChanges { get; set; } = null!;

    [Inject]
    internal ISnackbar Snackbar { get; set; } = null!;

    [Inject]
    internal Microsoft.Extensions.Localization.IStringLocalizer<CommandsText> Commands { get; set; } = null!;

    [Inject]
    internal Microsoft.Extensions.Localization.IStringLocalizer<JobsText> Jobs { get; set; } = null!;

    /// <summary>Counts what may have told of changed host keys.</summary>
    private int keyNews;

    private bool MayRun => Person.May(Permission.JobsRun);

    private List<PcGlance> Selected => pcs.FindAll(p => picked.Contains(p.Id) && commandable.Contains(p.Name));

    /// <summary>Whose host keys are looked at: the selected PCs', else the room's.</summary>
    private IEnumerable<Guid> KeysOf => Selected is { Count: > 0 } selected ? selected.Select(p => p.Id) : pcs.Select(p => p.Id);

    /// <summary>The selected PCs, else the room; with the states that the tiles show.</summary>
    private CommandTarget Target => Selected is { Count: > 0 } selected ? Of(selected) : target! with { Hosts = Hosts(pcs) };

    private CommandTarget Of(IReadOnlyList<PcGlance> some) => target! with { Target = $"host:{string.Join(',', some.Select(p => p.Name))}", Hosts = Hosts(some) };

    private List<TargetHost> Hosts(IReadOnlyList<PcGlance> some)
    {
        var live = some.ToDictionary(p => p.Name);
        return [.. target!.Hosts.Where(h => live.ContainsKey(h.Name)).Select(h => h with { State = live[h.Name].State })];
    }

    private async Task LoadTargetAsync(CancellationToken ct)
    {
        target = room is null || !MayRun ? null : await Targets.ReadAsync(Person, $"room:{room.Name}", room.School, ct);
        commandable = [.. target?.Names ?? []];
    }

    private string? SystemName(int number) => target?.SystemName(number);

    private void Pick(PcGlance pc)
    {
        if (!picked.Remove(pc.Id))
            picked.Add(pc.Id);
    }

    private void Open(string address) => Navigation.NavigateTo(address);

    private void Sent() => picked.Clear();

    /// <summary>The next action of one PC loses nothing and goes at once; ending what runs asks.</summary>
    private async Task NextAsync((PcGlance Pc, string Next) wish)
    {
        var (pc, next) = wish;
        if (next is "cancel" or "takeback")
        {
            await CancelAsync(pc);
            return;
        }

        var choice = CommandChoice.Of(next);
        var (created, wrong) = await Orders.SendAsync(Person, new CommandDraft(Of([pc]), choice).Request, Commands.Act(choice, pc.Name), CancellationToken.None);
        if (created is not null)
            Orders.Say(created, pc.Name);
        else if (wrong is not null)
            Orders.Say(wrong);
    }

    private async Task CancelAsync(PcGlance pc)
    {
        if (pc.Work is not { } work)
            return;
        var awaits = PcTile.IsAtWork(work) ? null : work.Awaiting;
        if (!await Dialogs.ConfirmAsync(awaits is null ? Jobs.CancelOneQuestion(pc.Name) : Jobs.TakeBackQuestion(pc.Name)))
            return;
        if (await JobChanges.CancelRunAsync(Person, awaits?.RunId ?? work.RunId, CancellationToken.None) is var done and not JobCancelled.Done)
            Snackbar.Add(Commands[$"NotCancelled.{done}"], Severity.Warning);
    }
}
