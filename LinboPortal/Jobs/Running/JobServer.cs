using Hangfire;
using Hangfire.PostgreSql;
using LinboPortal.Api;
using Microsoft.Extensions.Options;
using Npgsql;

namespace LinboPortal.Jobs.Running;

/// <summary>Runs Hangfire's workers, keeps the leases of this portal, and looks for jobs that nobody works on; first of all for those of before the start.</summary>
internal sealed partial class JobServer(IServiceProvider services, IOptions<JobsOptions> options, TimeProvider time, ILogger<JobServer> log) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(3);
    private const int RoundsPerLook = 5;
    private static readonly TimeSpan ShutdownPatience = TimeSpan.FromSeconds(3);

    // "hangf" in ASCII; any constant would do that nobody else takes in this database.
    private const long InstallLock = 0x68616e6766;

    private BackgroundJobServer? hangfire;

    /// <summary>Before the portal answers: what a former process held is free again, and who is asked works.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.Run)
            return;
        await InstallAsync(cancellationToken);
        if (await services.GetRequiredService<RunLeases>().TakeOverAsync(cancellationToken) is var left and > 0)
            LogTakenOver(left);
        hangfire = new BackgroundJobServer(
            new BackgroundJobServerOptions
            {
                WorkerCount = options.Value.Workers,
                Queues = HangfireQueue.Queues,
                ServerName = services.GetRequiredService<PortalIdentity>().Owner,
                Activator = new Activator(services),
                SchedulePollingInterval = TimeSpan.FromSeconds(5),
                CancellationCheckInterval = TimeSpan.FromSeconds(5),
                StopTimeout = TimeSpan.Zero,
                ShutdownTimeout = ShutdownPatience,
            },
            services.GetRequiredService<JobStorage>());
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        if (hangfire is null)
            return;
        hangfire.SendStop();
        await base.StopAsync(cancellationToken);
        await hangfire.WaitForShutdownAsync(cancellationToken);
    }

    public override void Dispose()
    {
        hangfire?.Dispose();
        base.Dispose();
    }

    /// <summary>Hangfire's tables, by one portal at a time: it creates what it does not find, and two that look at once both find nothing.</summary>
    private async Task InstallAsync(CancellationToken ct)
    {
        await using var connection = await services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync(ct);
        await using (var take = new NpgsqlCommand($"select pg_advisory_lock({InstallLock})", connection))
            await take.ExecuteNonQueryAsync(ct);
        try
        {
            PostgreSqlObjectsInstaller.Install(connection, HangfireQueue.Schema);
        }
        finally
        {
            await using var leave = new NpgsqlCommand($"select pg_advisory_unlock({InstallLock})", connection);
            await leave.ExecuteNonQueryAsync(CancellationToken.None); // a pooled connection would keep it
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var leases = services.GetRequiredService<RunLeases>();
        using var timer = new PeriodicTimer(Round, time);
        for (var round = 0; !stoppingToken.IsCancellationRequested; round++)
        {
            try
            {
                await leases.KeepAsync(stoppingToken);
                if (round % RoundsPerLook == 0)
                    await LookAsync(leases, stoppingToken);
                await timer.WaitForNextTickAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (DatabaseGone.Explains(e))
            {
                LogAway(e.GetBaseException().Message);
                await Task.Delay(Round, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception e)
            {
                // The next round may do better; a portal that ended for it would be of no help.
                LogFailed(e);
                await Task.Delay(Round, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task LookAsync(RunLeases leases, CancellationToken ct)
    {
        var (runner, queue) = (services.GetRequiredService<JobRunner>(), services.GetRequiredService<HangfireQueue>());
        foreach (var job in await leases.ForgottenAsync(ct))
        {
            if (runner.IsWorkingOn(job.Id))
                continue;
            job.State = Core.Jobs.JobState.Queued;
            queue.Enqueue(job);
        }
    }

    [LoggerMessage(LogLevel.Information, "{Count} PCs of the process before are worked on again")]
    private partial void LogTakenOver(int count);

    [LoggerMessage(LogLevel.Warning, "Jobs cannot be looked after: {Reason}")]
    private partial void LogAway(string reason);

    [LoggerMessage(LogLevel.Error, "A look after jobs failed")]
    private partial void LogFailed(Exception exception);

    /// <summary>The runner is one for all jobs.</summary>
    private sealed class Activator(IServiceProvider services) : JobActivator
    {
        public override object ActivateJob(Type jobType) => services.GetRequiredService(jobType);
    }
}
