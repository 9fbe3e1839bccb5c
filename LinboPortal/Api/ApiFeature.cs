namespace LinboPortal.Api;

/// <summary>What all endpoints share: problem details, OpenAPI, API reference.</summary>
internal static class ApiFeature
{
    public static WebApplicationBuilder AddApi(this WebApplicationBuilder builder) => builder;

    public static WebApplication MapApi(this WebApplication app) => app;
}
