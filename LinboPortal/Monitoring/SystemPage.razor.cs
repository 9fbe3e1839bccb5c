using System.Diagnostics;
using LinboPortal.Core.Events;
using LinboPortal.Infrastructure;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using MudBlazor;

namespace LinboPortal.Monitoring;

/// <summary>How the portal is: its parts, its disks, its settings, its log.</summary>
public sealed partial class SystemPage
{
    private IReadOnlyList<ServiceReport>? reports;
    private IReadOnlyList<DiskSpace> disks = [];
    private IReadOnlyList<(string Name, string Value)> facts = [];
    private bool busy;

    [Inject]
    internal ServiceHealthWatch Watch { get; set; } = null!;

    [Inject]
    internal DiskHealth Disk { get; set; } = null!;

    [Inject]
    internal SettingsInEffect Settings { get; set; } = null!;

    [Inject]
    internal AboutPortal About { get; set; } = null!;

    private string? Summary
    {
        get
        {
            if (reports is not { Count: > 0 } all)
                return null;
            var bad = all.Count(r => r.Health is not ServiceHealth.Healthy);
            return bad > 0 ? Text["SummaryBad", bad, all.Count] : Text["SummaryGood", all.Count];
        }
    }

    protected override bool Concerns(PortalEvent portalEvent) => portalEvent is PortalEvent.ServiceHealthChanged;

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        var known = Watch.Reports;
        reports = known.Count > 0 ? known : await Watch.CheckAsync(cancellationToken);
        disks = Disk.Measure();
        facts = About.Facts();
    }

    private async Task CheckAsync()
    {
        busy = true;
        try
        {
            await Watch.CheckAsync(Leaving);
            await LoadAsync(Leaving);
        }
        finally
        {
            busy = false;
        }
    }

    private static string IconOf(ServiceHealth health) => health switch
    {
        ServiceHealth.Healthy => Icons.Material.Outlined.CheckCircle,
        ServiceHealth.Degraded => Icons.Material.Outlined.WarningAmber,
        _ => Icons.Material.Outlined.ErrorOutline,
    };
}

/// <summary>What this program is and where it runs.</summary>
internal sealed class AboutPortal(IOptions<PortalOptions> portal)
{
    /// <summary>Start of this process.</summary>
    public DateTimeOffset StartedAt { get; } = new DateTimeOffset(Process.GetCurrentProcess().StartTime).ToUniversalTime();

    /// <summary>The version of this program.</summary>
    public string Version { get; } = typeof(Program).Assembly.GetName().Version?.ToString(3) ?? "";

    /// <summary>The key of the name among the texts, and the value.</summary>
    public IReadOnlyList<(string Name, string Value)> Facts() =>
    [
        ("Version", Version),
        ("Runtime", $"{System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}, {System.Runtime.InteropServices.RuntimeInformation.OSDescription}"),
        ("Machine", Environment.MachineName),
        ("Address", portal.Value.ServerAddress),
        ("Memory", Shell.Sizes.Bytes(Environment.WorkingSet)),
    ];
}
