using System.Threading.Channels;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Core.Images;
using LinboPortal.Infrastructure.Images;
using LinboPortal.Jobs.Running;
using Microsoft.Extensions.Options;

namespace LinboPortal.Images;

/// <summary>
/// Before many PCs take an image, its content is compared with its checksum: in the background, no faster than the setting allows, and only where
/// that was not done lately. Damage is told as ever; the job's page and the next job's dialog warn.
/// </summary>
internal sealed partial class RolloutCheck(
    PortalEvents events, RolloutImages rollouts, ImageStore store, IOptions<JobsOptions> jobs, ILogger<RolloutCheck> log) : BackgroundService
{
    private const int Many = 2;
    private static readonly TimeSpan Lately = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Of several portals the one that works on jobs.
        if (!jobs.Value.Run)
            return;
        using var heard = events.Subscribe();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await heard.Reader.ReadAsync(stoppingToken) is PortalEvent.JobCreated { Hosts: >= Many } job)
                    await CheckAsync(job.Target, job.Commands, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (ChannelClosedException)
            {
                return;
            }
            catch (Exception e)
            {
                LogFailed(e);
            }
        }
    }

    /// <summary>Compares the images of commands with their checksums.</summary>
    internal async Task CheckAsync(string target, string commands, CancellationToken ct)
    {
        foreach (var image in await rollouts.ReadAsync(Person.Portal, target, "", commands, ct))
        {
            if (image is not { Version: { } version, State: ImageState.Good } || rollouts.Now - image.VerifiedAt < Lately)
                continue;
            var states = await store.VerifyAsync(version, null, ct, isUrgent: false);
            if (states.Values.Any(s => s == ImageState.Damaged))
                LogDamaged(image.Name, commands, target);
        }
    }

    [LoggerMessage(LogLevel.Error, "The image {Image} is damaged, and {Commands} hands it out to {Target}")]
    private partial void LogDamaged(string image, string commands, string target);

    [LoggerMessage(LogLevel.Warning, "The images of a job could not be compared with their checksums")]
    private partial void LogFailed(Exception exception);
}
