using System.Diagnostics.Metrics;
using LinboPortal.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Infrastructure.LinboTree;
using LinboPortal.Infrastructure.Monitoring;
using Microsoft.Extensions.Options;

namespace LinboPortal.Monitoring.Metrics;

/// <summary>How the portal itself is: its parts, its disks, the pages that are open.</summary>
internal sealed class PortalFigures(ServiceHealthWatch watch, DiskHealth disk, OpenPages pages, IOptions<LinboOptions> linbo, AboutPortal about) : IPortalFigures
{
    public void Register(Meter meter)
    {
        meter.CreateObservableGauge("linbo_circuits", () => pages.Count.Total, description: "Pages that are open in browsers.");
        meter.CreateObservableGauge("linbo_part_health", Health, description: "1 for the health that a part of the portal is in, 0 for the others.");
        meter.CreateObservableGauge("linbo_disk_free_bytes", () => Disks(d => d.Free), "By", "Bytes that the portal may still write.");
        meter.CreateObservableGauge("linbo_disk_size_bytes", () => Disks(d => d.Total), "By", "Bytes of the file system.");
        meter.CreateObservableGauge("linbo_build_info", () => Labels.Of(1, "version", about.Version), description: "The portal's version.");
        meter.CreateObservableGauge(
            "linbo_start_timestamp_seconds", () => about.StartedAt.ToUnixTimeMilliseconds() / 1000.0, "s", "When this process was started, in Unix time.");
    }

    private IEnumerable<Measurement<int>> Health() =>
        from report in watch.Reports
        from health in Enum.GetValues<ServiceHealth>()
        select Labels.Of(report.Health == health ? 1 : 0, "part", report.Service, "health", Labels.Word(health));

    private IEnumerable<Measurement<long>> Disks(Func<DiskSpace, long> figure) =>
        disk.Measure().Select(d => Labels.Of(figure(d), "of", d.Directory == linbo.Value.Root ? "tree" : d.Directory == linbo.Value.LogDirectory ? "logs" : "data"));
}
