using MudBlazor;

namespace LinboPortal.Schedules;

/// <summary>What most schools begin with.</summary>
internal sealed record ScheduleTemplate(string Key, string Icon, Action<ScheduleForm> Fill)
{
    /// <summary>All of them; the last is empty.</summary>
    public static IReadOnlyList<ScheduleTemplate> All { get; } =
    [
        new("night", Icons.Material.Outlined.Bedtime, f => (f.Target, f.Commands, f.WakeSeconds, f.At, f.CatchUpMinutes) = ("all", "sync:1,halt", 300, "22:00", 240)),
        new("morning", Icons.Material.Outlined.WbTwilight, f => (f.Target, f.Commands, f.WakeSeconds, f.At, f.ReadyBy) = ("all", "sync:1,start:1", 300, "07:45", true)),
        new("evening", Icons.Material.Outlined.PowerSettingsNew, f => (f.Target, f.Commands, f.WakeSeconds, f.At) = ("all", "halt", null, "18:00")),
        new("empty", Icons.Material.Outlined.CropSquare, _ => { }),
    ];

    /// <summary>A form that begins with it.</summary>
    public ScheduleForm Form(string name, string zone)
    {
        var form = new ScheduleForm { TimeZone = zone, Name = Key == "empty" ? "" : name };
        Fill(form);
        return form;
    }
}
