using LinboPortal.Core.Events;
using LinboPortal.Infrastructure.Distribution;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LinboPortal.Infrastructure.Images.Tasks;

/// <summary>Wires the work on images.</summary>
internal static class ImageTaskServices
{
    public static IServiceCollection AddImageTasks(this IServiceCollection services)
    {
        services.AddOptions<TorrentOptions>().BindConfiguration(TorrentOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => new ImageTasks(
            provider.GetRequiredService<IDbContextFactory<PortalDb>>(), provider.GetRequiredService<UploadFolders>(),
            provider.GetRequiredService<PortalEvents>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new ImageFiles(provider.GetRequiredService<ImageFolders>(), provider.GetRequiredService<ImageDirectoryReader>()));
        services.AddSingleton(provider => new WebUploads(
            provider.GetRequiredService<IDbContextFactory<PortalDb>>(), provider.GetRequiredService<ImageTasks>(), provider.GetRequiredService<UploadFolders>(),
            provider.GetRequiredService<ImageSpace>(), provider.GetRequiredService<IOptions<ImagesOptions>>()));
        services.AddSingleton<TorrentMaker>();
        services.AddSingleton<MissingTorrents>();
        services.AddHostedService<TorrentService>();
        services.AddSingleton<ImageArrival>();
        services.AddSingleton<QemuConvert>();
        services.AddSingleton<DiskConversion>();
        services.AddSingleton<NamedCopy>();
        services.AddSingleton<IImageWork, UploadWork>();
        services.AddSingleton<IImageWork, DuplicateWork>();
        services.AddSingleton<IImageWork, RenameWork>();
        services.AddSingleton<IImageWork, MergeWork>();
        services.AddSingleton<IImageWork, CompactWork>();
        services.AddSingleton<IImageWork, VerifyWork>();
        services.AddSingleton<IImageWork, TorrentWork>();
        services.AddSingleton<IImageWork, ConvertWork>();
        services.AddSingleton(provider => new ImageWishes(
            provider.GetRequiredService<IDbContextFactory<PortalDb>>(), provider.GetRequiredService<ImageTasks>(), provider.GetRequiredService<ImageDirectoryReader>(),
            provider.GetRequiredService<ImageFolders>(), provider.GetRequiredService<QemuConvert>(), provider.GetRequiredService<ImageSpace>()));
        services.AddSingleton<TaskHands>();
        services.AddHostedService<ImageTaskService>();
        return services;
    }
}
