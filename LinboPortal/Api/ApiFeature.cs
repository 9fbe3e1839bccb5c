using System.Text.Json.Serialization;
using LinboPortal.Accounts;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using NetEscapades.AspNetCore.SecurityHeaders;
using Scalar.AspNetCore;

namespace LinboPortal.Api;

/// <summary>What all endpoints share: problem details, OpenAPI, API reference.</summary>
internal static class ApiFeature
{
    public const string ReferencePath = "/docs";

    public static WebApplicationBuilder AddApi(this WebApplicationBuilder builder)
    {
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<Failures>();
        builder.Services.AddValidation();
        // What cannot be read is answered by Failures, which names the field: the same in every environment.
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter());
            json.SerializerOptions.Converters.Add(new BrokenTextConverter());
        });
        builder.Services.AddOpenApi(openApi => openApi.AddDocumentTransformer(DescribeAsync));
        return builder;
    }

    public static WebApplication MapApi(this WebApplication app)
    {
        app.MapOpenApi().RequireAuthorization();
        app.MapScalarApiReference(ReferencePath, (scalar, http) =>
        {
            scalar.Title = "LinboPortal";
            scalar.Nonce = http.GetNonce();
            scalar.DefaultFonts = false; // they would come from a foreign host
            scalar.Telemetry = false;
            scalar.HideClientButton = true;
            scalar.ShowDeveloperTools = DeveloperToolsVisibility.Never; // they lead to shops of foreign hosts
            scalar.DisableAgent();
        }).RequireAuthorization();
        return app;
    }

    private static Task DescribeAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken ct)
    {
        document.Info.Title = "LinboPortal";
        document.Info.Description =
            "Sign in by POST /api/v1/auth/token and send the token as Authorization: Bearer. Errors are problem details (RFC 9457). "
            + "Live events: WebSocket /api/v1/events, one JSON object a message: {\"type\":\"host.state\",\"time\":\"…\",\"data\":{…}}.";
        document.Servers = []; // wherever it was read from
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[AccountTokens.Scheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(AccountTokens.Scheme, document)] = [] }];
        return Task.CompletedTask;
    }
}
