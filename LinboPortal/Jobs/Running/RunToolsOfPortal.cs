using LinboPortal.Core.Remote;
using LinboPortal.Infrastructure.Distribution;
using LinboPortal.Infrastructure.Remote;

namespace LinboPortal.Jobs.Running;

/// <summary>The real world.</summary>
internal static class RunToolsOfPortal
{
    public static RunTools Create(IServiceProvider services)
    {
        var (look, wake, onBoot) = (services.GetRequiredService<HostLook>(), services.GetRequiredService<WakeOnLan>(), services.GetRequiredService<OnBootFiles>());
        var (uploads, password) = (services.GetRequiredService<UploadProof>(), services.GetRequiredService<LinboPassword>());
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
            HasUploadAsync = (host, image, since, ct) => uploads.HasAsync(host.Name, image, since, ct),
            Downloads = () => downloads.Look().ToDictionary(d => d.Key, d => new ServedBytes(d.Value.Position, d.Value.Size)),
            Secret = password.Read,
        };
    }
}
