using Microsoft.Extensions.Options;

namespace LinboPortal.Schedules;

/// <summary>Jobs that come again and again, days without school, and messages about both.</summary>
internal static class SchedulesFeature
{
    public static WebApplicationBuilder AddSchedules(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<SchedulesOptions>().BindConfiguration(SchedulesOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<NotificationsOptions>().BindConfiguration(NotificationsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<ForecastReads>();
        services.AddSingleton<ScheduleReads>();
        services.AddSingleton<ScheduleOverlaps>();
        services.AddSingleton<ScheduleChanges>();
        services.AddSingleton<ScheduleRefusals>();
        services.AddSingleton<HolidayReads>();
        services.AddSingleton<HolidayChanges>();
        services.AddSingleton<SchedulePeople>();
        services.AddSingleton<ScheduleResults>();
        services.AddSingleton<ScheduleStarts>();
        services.AddSingleton<ScheduleRuns>();
        services.AddSingleton<ScheduleNotices>();
        services.AddSingleton<ScheduleTick>();
        services.AddHostedService<ScheduleServer>();
        services.AddSingleton<INoticeSender, MailNotices>();
        services.AddSingleton<INoticeSender, WebHookNotices>();
        AddWebHookClient(services);
        return builder;
    }

    /// <summary>The client that posts to web-hooks.</summary>
    internal static void AddWebHookClient(IServiceCollection services)
    {
        services.AddSingleton<WebHookTargets>();
        services.AddHttpClient(WebHookNotices.Client)
            .ConfigureHttpClient((provider, client) => client.Timeout = TimeSpan.FromSeconds(provider.GetRequiredService<IOptions<NotificationsOptions>>().Value.WebHook.TimeoutSeconds))
            .ConfigurePrimaryHttpMessageHandler(provider => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = false, // or the check of the address would see the proxy's
                ConnectCallback = provider.GetRequiredService<WebHookTargets>().ConnectAsync,
            })
            .RemoveAllLoggers(); // they would write the address down, which may hold a secret of the receiver's
    }

    public static WebApplication MapSchedules(this WebApplication app)
    {
        SchedulesApi.Map(app);
        HolidaysApi.Map(app);
        return app;
    }
}
