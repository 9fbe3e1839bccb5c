using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LinboPortal.Infrastructure.LinboTree;

/// <summary>Health <c>tree</c>: does the tree say what the database says?</summary>
public sealed class TreeHealth(TreeProjection projection) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Judge(projection.State));

    private static HealthCheckResult Judge(TreeState state) => state switch
    {
        { Problems: [var first, ..] problems } => HealthCheckResult.Unhealthy(
            problems.Length == 1 ? first.Message : $"{first.Message} ({problems.Length - 1} more)",
            data: new Dictionary<string, object> { ["paths"] = problems.Take(20).Select(p => p.Path).ToArray() })
            .As(problems.Length == 1 ? "tree.problem" : "tree.problems", first.Message, problems.Length - 1),
        { At: null } => HealthCheckResult.Degraded("The tree was not written yet").As("tree.new"),
        { Drifts: [var first, ..] drifts } => HealthCheckResult.Degraded(
            $"{(drifts.Length == 1 ? $"{first.Path} was" : $"{drifts.Length} files, {first.Path} among them, were")} changed by hand and left alone: " +
            "take the change in or replace it on the page Boot, Drift (/boot/drift)")
            .As(drifts.Length == 1 ? "tree.drift" : "tree.drifts", first.Path, drifts.Length),
        _ => HealthCheckResult.Healthy($"{state.Files} files and links are as they should be").As("tree.well", state.Files),
    };
}
