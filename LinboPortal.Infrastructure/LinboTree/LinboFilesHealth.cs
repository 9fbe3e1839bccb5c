using LinboPortal.Infrastructure.Boot;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LinboPortal.Infrastructure.LinboTree;

/// <summary>
/// Health <c>linbo-files</c>: are the files there without which no PC comes up? Kernel and initramfs come from a LINBO package that the
/// administrator puts in; the portal ships none.
/// </summary>
public sealed class LinboFilesHealth(LinboTree tree, GrubNetDirectory grub, TreeProjection projection) : IHealthCheck
{
    /// <summary>The files that the administrator puts in.</summary>
    public static readonly IReadOnlyList<string> Needed = ["linbo64", "linbofs64"];

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check());

    private HealthCheckResult Check()
    {
        string[] missing = [.. Needed.Where(name => new FileInfo(tree.PathOf(name)) is not { Exists: true, Length: > 0 })];
        if (missing.Length > 0)
        {
            return HealthCheckResult.Degraded(
                $"{string.Join(" and ", missing)} missing: PCs find GRUB but no LINBO. Put the kernel linbo64 and the initramfs linbofs64 of a " +
                $"LINBO package into {tree.Root}", data: new Dictionary<string, object> { ["missing"] = missing, ["root"] = tree.Root })
                .As("linbo-files.missing", string.Join(", ", missing), tree.Root);
        }

        if (projection.State.BootFiles.FirstOrDefault(f => f.Condition is BootFileCondition.CutOff or BootFileCondition.Foreign) is { } unusable)
        {
            var isCutOff = unusable.Condition == BootFileCondition.CutOff;
            return HealthCheckResult.Degraded(
                $"{unusable.Name} {(isCutOff ? "is cut off or damaged" : "is no file of LINBO")}: PCs that load it do not start, and the others keep the LINBO in " +
                $"their cache. Copy linbo64 and linbofs64 of one LINBO package into {tree.Root} under other names and rename them")
                .As(isCutOff ? "linbo-files.cut-off" : "linbo-files.foreign", unusable.Name, tree.Root);
        }

        return grub.Problems is [var first, ..]
            ? HealthCheckResult.Degraded(first)
            : HealthCheckResult.Healthy($"Kernel and initramfs are in {tree.Root}").As("linbo-files.well", tree.Root);
    }
}
