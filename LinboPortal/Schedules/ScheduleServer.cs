using Hangfire;
using LinboPortal.Jobs.Running;
using Microsoft.Extensions.Options;

namespace LinboPortal.Schedules;

/// <summary>
/// Lets Hangfire look at the schedules each minute. With a worker of its own: where all workers for jobs are busy with long ones, a start must not come too late.
/// </summary>
internal sealed class ScheduleServer(IServiceProvider services, IOptions<JobsOptions> options) : IHostedService, IDisposable
{
    private const string Queue = "schedules";
    private static readonly TimeSpan ShutdownPatience = TimeSpan.FromSeconds(2);
    private BackgroundJobServer? hangfire;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.Run)
            return Task.CompletedTask;
        var storage = services.GetRequiredService<JobStorage>();
        hangfire = new BackgroundJobServer(
            new BackgroundJobServerOptions
            {
                WorkerCount = 1,
                Queues = [Queue],
                ServerName = services.GetRequiredService<PortalIdentity>().Owner + "-" + Queue,
                Activator = new Activator(services),
                SchedulePollingInterval = TimeSpan.FromSeconds(10),
                StopTimeout = TimeSpan.Zero,
                ShutdownTimeout = ShutdownPatience,
            },
            storage);
        // A look that comes twice or late does no harm: what is due is told by the rows.
        new RecurringJobManager(storage).AddOrUpdate<ScheduleTick>(
            Queue, Queue, tick => tick.RunAsync(CancellationToken.None), Cron.Minutely(), new RecurringJobOptions { MisfireHandling = MisfireHandlingMode.Ignorable });
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (hangfire is null)
            return;
        hangfire.SendStop();
        await hangfire.WaitForShutdownAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => hangfire?.Dispose();

    private sealed class Activator(IServiceProvider services) : JobActivator
    {
        public override object ActivateJob(Type jobType) => services.GetRequiredService(jobType);
    }
}
