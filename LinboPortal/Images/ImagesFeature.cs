using LinboPortal.Images.Work;

namespace LinboPortal.Images;

/// <summary>Images: the catalogue, their versions and what people do with them.</summary>
internal static class ImagesFeature
{
    public static WebApplicationBuilder AddImages(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ImageUse>();
        builder.Services.AddSingleton<ImageList>();
        builder.Services.AddSingleton<ImageChanges>();
        builder.Services.AddSingleton<ImageCompare>();
        builder.Services.AddSingleton<ImageRooms>();
        builder.Services.AddSingleton<RolloutImages>();
        builder.Services.AddSingleton<RolloutCheck>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<RolloutCheck>());
        builder.Services.AddSingleton<KeepChoice>();
        builder.Services.AddSingleton<SidecarTexts>();
        builder.Services.AddSingleton<ImageReads>();
        builder.Services.AddSingleton<KeepChanges>();
        builder.Services.AddSingleton<KeepNight>();
        builder.Services.AddHostedService<KeepNights>();
        builder.Services.AddSingleton<PcImageReads>();
        builder.Services.AddSingleton<PcImageOrders>();
        return builder;
    }

    public static WebApplication MapImages(this WebApplication app)
    {
        ImagesApi.Map(app);
        PcImageApi.Map(app);
        SidecarApi.Map(app);
        ImageRoomApi.Map(app);
        ImageKeepApi.MapAll(app);
        ImageUploadApi.Map(app);
        ImageTaskApi.Map(app);
        UploadWindowApi.Map(app);
        return app;
    }
}
