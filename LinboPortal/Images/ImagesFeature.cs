namespace LinboPortal.Images;

/// <summary>Images: the catalogue, their versions and what people do with them.</summary>
internal static class ImagesFeature
{
    public static WebApplicationBuilder AddImages(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ImageUse>();
        builder.Services.AddSingleton<ImageList>();
        builder.Services.AddSingleton<ImageChanges>();
        return builder;
    }

    public static WebApplication MapImages(this WebApplication app)
    {
        ImagesApi.Map(app);
        return app;
    }
}
