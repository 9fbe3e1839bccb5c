using System.Globalization;
using LinboPortal.Infrastructure.Boot;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Remote;

/// <summary>Wires the looks at the PCs.</summary>
public static class ProbeServices
{
    /// <summary>Adds the probe and its health check.</summary>
    public static IServiceCollection AddHostProbe(this IServiceCollection services)
    {
        services.AddOptions<ProbeOptions>().BindConfiguration(ProbeOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<SshOptions>().BindConfiguration(SshOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<ProbeStore>();
        services.AddSingleton<ProbeLease>();
        services.AddSingleton<ProbePauses>();
        services.AddSingleton(provider => Plan(
            provider.GetRequiredService<IOptions<ProbeOptions>>().Value, provider.GetRequiredService<IOptions<SshOptions>>().Value,
            provider.GetRequiredService<BootJournal>()) with
        {
            CheckClaims = provider.GetRequiredService<AddressClaims>().CheckAsync,
            Answers = host => provider.GetService<BootLogs>()?.Answers(host),
        });
        services.AddSingleton(provider => new HostLook(provider.GetRequiredService<ProbePlan>().Ports));
        services.AddSingleton<HostProbe>();
        services.AddSingleton<IHostedService>(provider => new Switch(
            provider.GetRequiredService<IOptions<ProbeOptions>>().Value.Enabled ? provider.GetRequiredService<HostProbe>() : null));
        services.AddHealthChecks().AddCheck<ProbeHealth>("probes");
        return services;
    }

    private static ProbePlan Plan(ProbeOptions options, SshOptions ssh, BootJournal journal) => new(
        new PortProbe(ssh.Port, TimeSpan.FromMilliseconds(options.TimeoutMilliseconds)), options.Parallel,
        TimeSpan.FromSeconds(options.IntervalSeconds), TimeSpan.FromSeconds(options.BootingSeconds), TimeSpan.FromSeconds(options.OffAfterSeconds),
        journal.Report)
    {
        SilentParallel = options.SilentParallel,
        LongestPause = TimeSpan.FromSeconds(options.SilentSeconds),
    };

    /// <summary>Runs the probe where it is switched on.</summary>
    private sealed class Switch(HostProbe? probe) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => probe?.StartAsync(cancellationToken) ?? Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => probe?.StopAsync(cancellationToken) ?? Task.CompletedTask;
    }
}

/// <summary>Health <c>probes</c>: are the PCs looked at?</summary>
internal sealed class ProbeHealth(HostProbe probe, IOptions<ProbeOptions> options, TimeProvider time) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(Check());

    private HealthCheckResult Check()
    {
        var round = probe.LastRound;
        if (!options.Value.Enabled)
            return HealthCheckResult.Healthy("Switched off (Remote:Probe:Enabled)").As("probes.off");
        if (round.Problem.Length > 0)
            return HealthCheckResult.Degraded($"The PCs cannot be looked at: {round.Problem}").As("probes.problem", round.Problem);
        if (!round.HasLease)
            return HealthCheckResult.Healthy("Another portal looks at the PCs").As("probes.other");
        if (round.EndedAt is not { } ended)
            return HealthCheckResult.Healthy("The first look is under way").As("probes.first");
        return time.GetUtcNow() - ended > TimeSpan.FromSeconds(options.Value.IntervalSeconds * 3)
            ? HealthCheckResult.Degraded("A look at all PCs takes longer than Remote:Probe:IntervalSeconds: raise it, or Remote:Probe:Parallel").As("probes.slow")
            : HealthCheckResult.Healthy(string.Create(CultureInfo.InvariantCulture, $"{round.Hosts} PCs looked at in {round.Elapsed.TotalSeconds:0.0} s"))
                .As("probes.well", round.Hosts, round.Elapsed.TotalSeconds);
    }
}
