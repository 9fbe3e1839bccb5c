using LinboPortal.Boot;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Jobs;
using LinboPortal.Core.Remote;
using LinboPortal.Jobs;
using LinboPortal.Shell;
using Microsoft.AspNetCore.Components;

namespace LinboPortal.Hosts;

/// <summary>A PC in its room.</summary>
public sealed partial class PcTile
{
    private static readonly TimeSpan Long = TimeSpan.FromDays(30);
    private (PcGlance Pc, bool Picked, bool MayPick)? drawn;

    /// <summary>The PC.</summary>
    [Parameter, EditorRequired]
    public required PcGlance Pc { get; set; }

    /// <summary>Commands may be given to it.</summary>
    [Parameter]
    public bool MayPick { get; set; }

    /// <summary>It is selected.</summary>
    [Parameter]
    public bool Picked { get; set; }

    /// <summary>Name of the system at a position; null where it has none.</summary>
    [Parameter]
    public Func<int, string?> SystemName { get; set; } = _ => null;

    /// <summary>It was clicked.</summary>
    [Parameter]
    public EventCallback<PcGlance> OnPick { get; set; }

    /// <summary>Its page is wanted.</summary>
    [Parameter]
    public EventCallback<string> OnOpen { get; set; }

    /// <summary>Its next action is wanted.</summary>
    [Parameter]
    public EventCallback<(PcGlance Pc, string Next)> OnNext { get; set; }

    private BootWords words = null!;

    /// <inheritdoc/>
    protected override void OnInitialized() => words = new BootWords(Boots);

    private string Address => $"/hosts/{Uri.EscapeDataString(Pc.Name)}";

    private bool IsLost => Pc.SeenAt is { } seen && Time.GetUtcNow() - seen > Long;

    private bool IsWorking => Pc.Work is { } work && IsAtWork(work);

    /// <summary>True while a job does something on the PC; commands that wait for its boot do nothing.</summary>
    internal static bool IsAtWork(PcWork work) => work is { IsOpen: true, State: not RunState.AwaitingBoot };

    private string Step => CommandLine.TryParse(Pc.Work!.Step, out var line, out _) ? CommandWords.Capital(Jobs.Phrase(line.Commands[0], SystemName)) : Jobs["RunState.Running"];

    private string AwaitingText => Commands.Short(Jobs, Pc.Work!.Awaiting!.Commands, wakes: false);

    private string Details => Pc.Work switch
    {
        { State: RunState.Running, Speed: > 0 and { } speed } => $"{Sizes.Bytes(speed)}/s",
        { State: RunState.Running, Commands: > 1 } work => Jobs["EndedOf", work.Command, work.Commands],
        _ => "",
    };

    /// <summary>The one thing that is most likely wanted next: end what runs, start what waits in LINBO, wake what is off.</summary>
    private string? Next => (Pc.Work, Pc.State) switch
    {
        ({ } work, _) when IsAtWork(work) => "cancel",
        ({ Awaiting: not null }, HostState.Off) => "wake",
        ({ Awaiting: not null }, _) => "takeback",
        (_, HostState.Linbo) => "start",
        (_, HostState.Off) => "wake",
        _ => null,
    };

    /// <inheritdoc/>
    protected override bool ShouldRender()
    {
        var now = (Pc, Picked, MayPick);
        var same = drawn == now;
        drawn = now;
        return !same;
    }
}
