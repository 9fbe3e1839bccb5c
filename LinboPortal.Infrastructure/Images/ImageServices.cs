using LinboPortal.Core.Events;
using LinboPortal.Infrastructure.Images.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Images;

/// <summary>Wires what works on images.</summary>
public static class ImageServices
{
    /// <summary>Adds catalogue and uploads.</summary>
    public static IServiceCollection AddImageFiles(this IServiceCollection services)
    {
        services.AddOptions<ImagesOptions>().BindConfiguration(ImagesOptions.Section).ValidateDataAnnotations()
            .Validate(o => o.Uploads.HasUsableWindow, "Images:Uploads:WindowMinutes must lie between 1 and 1440.").ValidateOnStart();
        services.TryAddSingleton<PortalEvents>();
        services.AddSingleton<ImageFolders>();
        services.AddSingleton(provider => UploadFolders.Of(provider.GetRequiredService<LinboTree.LinboTree>()));
        services.AddSingleton(provider => new ImageDirectoryReader(
            provider.GetRequiredService<ImageFolders>(), provider.GetRequiredService<TimeProvider>().LocalTimeZone));
        services.AddSingleton<ImageScan>();
        services.AddSingleton(new QemuImg());
        services.AddSingleton<ImageLook>();
        services.AddSingleton<HostImageStatus>();
        services.AddSingleton<ImageScanService>();
        services.AddHostedService(provider => provider.GetRequiredService<ImageScanService>());
        services.AddSingleton<ImageVerify>();
        services.AddSingleton(provider => new ImageStore(
            provider.GetRequiredService<ImageSwap>(), provider.GetRequiredService<ImageTurns>(), provider.GetRequiredService<ImageScan>(),
            provider.GetRequiredService<ImageVerify>(), provider.GetRequiredService<ImageScanService>()));
        services.AddHostedService<ImageVerifyService>();
        services.AddSingleton<UnusableFiles>();
        services.AddSingleton<SpaceOutlook>();
        services.AddSingleton(provider => new ImageSpace(provider.GetRequiredService<ImageFolders>(), provider.GetRequiredService<IOptions<ImagesOptions>>()));
        services.AddHealthChecks().AddCheck<ImagesHealth>("images");
        return services.AddUploads().AddImageTasks();
    }

    private static IServiceCollection AddUploads(this IServiceCollection services)
    {
        services.AddSingleton<ImageTurns>();
        services.AddSingleton<ImageHash>();
        services.AddSingleton<ImageSwap>();
        services.AddSingleton<IntakeCheck>();
        services.AddSingleton<ImageUploads>();
        services.AddSingleton<RefusedLogins>();
        services.AddHostedService<RefusedLoginService>();
        services.AddHealthChecks().AddCheck<UploadsHealth>("uploads");
        services.AddSingleton(provider => new UploadWindows(
            provider.GetRequiredService<Microsoft.EntityFrameworkCore.IDbContextFactory<Persistence.PortalDb>>(), provider.GetRequiredService<IOptions<ImagesOptions>>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<UploadWindows>>())
        {
            File = provider.GetService<Distribution.RsyncSetup>()?.Folder.UploadWindow,
        });
        services.AddHostedService(provider => provider.GetRequiredService<UploadWindows>());
        services.AddSingleton<UploadPermits>();
        services.AddSingleton<UploadDesk>();
        services.AddSingleton<UploadIntake>();
        services.AddSingleton<RegistrationIntake>();
        services.AddHostedService<RegistrationService>();
        services.AddSingleton<UploadService>();
        services.AddHostedService(provider => provider.GetRequiredService<UploadService>());
        return services;
    }
}
