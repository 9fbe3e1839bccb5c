using System.Text.Json.Serialization;

namespace LinboPortal.Api;

/// <summary>What all endpoints share: problem details, OpenAPI, API reference.</summary>
internal static class ApiFeature
{
    public static WebApplicationBuilder AddApi(this WebApplicationBuilder builder)
    {
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<Failures>();
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Converters.Add(new JsonStringEnumConverter()));
        return builder;
    }

    public static WebApplication MapApi(this WebApplication app) => app;
}
