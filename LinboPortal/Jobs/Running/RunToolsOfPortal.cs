using LinboPortal.Core.Boot;
using LinboPortal.Core.Remote;
using LinboPortal.Hosts;
using LinboPortal.Infrastructure.Distribution;
using LinboPortal.Infrastructure.Persistence;
using LinboPortal.Infrastructure.Remote;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Jobs.Running;

/// <summary>The real world.</summary>
internal static class RunToolsOfPortal
{
    private const string Log = "_linbo.log";

    public static RunTools Create(IServiceProvider services)
    {
        var (look, wake, onBoot) = (services.GetRequiredService<HostLook>(), services.GetRequiredService<WakeOnLan>(), services.GetRequiredService<OnBootFiles>());
        var (uploads, password) = (services.GetRequiredService<UploadProof>(), services.GetRequiredService<LinboPassword>());
        var (logs, databases) = (services.GetRequiredService<ClientLogFiles>(), services.GetRequiredService<IDbContextFactory<PortalDb>>());
        var downloads = services.GetRequiredService<RsyncProgress>();
        return new RunTools
        {
            Client = services.GetRequiredService<ILinboClient>(),
            LookAsync = look.LookAsync,
            WakeAsync = async (host, directed, ct) => (await wake.WakeAsync(host.Id, directed, ct)).Problem,
            WriteOnBootAsync = (host, file, _) =>
            {
                onBoot.Write(host.Name, file);
                return Task.CompletedTask;
            },
            RemoveOnBoot = host => onBoot.Remove(host.Name),
            IsOnBootThere = host => onBoot.Exists(host.Name),
            RenameOnBoot = onBoot.Rename,
            FetchedAtAsync = (host, name, since, ct) => FetchedAtAsync(databases, host, name, since, ct),
            TellSystemAsync = services.GetRequiredService<SystemSsh>().RunAsync,
            AskLinboAsync = services.GetRequiredService<LinboTasks>().AskAsync,
            HandedLogAsync = async (host, since, ct) => logs.Of(host).Any(l => l.Kind == Log && l.At >= since) ? await logs.TailAsync(host, Log, ct) : null,
            HasUploadAsync = (host, image, since, ct) => uploads.HasAsync(host.Name, image, since, ct),
            Downloads = () => downloads.Look().ToDictionary(d => d.Key, d => new ServedBytes(d.Value.Position, d.Value.Size)),
            Secret = password.Read,
        };
    }

    // rsync's hook lets no other PC have the file, and reports the transfer as a step of the boot; also one that ended while the portal was away.
    private static async Task<DateTimeOffset?> FetchedAtAsync(IDbContextFactory<PortalDb> databases, Guid host, string name, DateTimeOffset since, CancellationToken ct)
    {
        var path = $"linbocmd/{name}.cmd";
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.BootSteps.Where(s => EF.Functions.ILike(s.Path, Like.Exactly(path), Like.Escape) && s.Outcome == BootStepOutcome.Served && s.StartedAt >= since)
            .Where(s => db.BootRuns.Any(b => b.Id == s.BootRunId && b.HostId == host))
            .OrderBy(s => s.StartedAt).Select(s => (DateTimeOffset?)s.StartedAt).FirstOrDefaultAsync(ct);
    }
}
