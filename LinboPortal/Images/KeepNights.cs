using Hangfire;
using LinboPortal.Core.Accounts;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Jobs.Running;
using Microsoft.Extensions.Options;

namespace LinboPortal.Images;

/// <summary>Applies the keep rules; Hangfire calls it each night.</summary>
internal sealed partial class KeepNight(KeepChanges changes, ILogger<KeepNight> log)
{
    /// <summary>One night.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        if (await changes.ApplyAsync(Person.Portal, ct) is { Versions: > 0 } done)
            LogDone(done.Versions, done.Bytes / 1_000_000);
    }

    [LoggerMessage(LogLevel.Information, "Keep rules: {Versions} versions of images went, {Megabytes} MB are free again")]
    private partial void LogDone(int versions, long megabytes);
}

/// <summary>Asks Hangfire for the nights, once its tables are there.</summary>
internal sealed class KeepNights(IServiceProvider services, IOptions<JobsOptions> jobs, IOptions<ImagesOptions> options, TimeProvider time) : IHostedLifecycleService
{
    /// <summary>Name of the recurring job.</summary>
    public const string Name = "image-keep-rules";

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (jobs.Value.Run)
        {
            new RecurringJobManager(services.GetRequiredService<JobStorage>()).AddOrUpdate<KeepNight>(
                Name, HangfireQueue.Queues[^1], night => night.RunAsync(CancellationToken.None), Cron.Daily(options.Value.KeepHour),
                new RecurringJobOptions { TimeZone = time.LocalTimeZone, MisfireHandling = MisfireHandlingMode.Relaxed });
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
