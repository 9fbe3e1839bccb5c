using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LinboPortal.Infrastructure.Monitoring;

/// <summary>Wires the numbers that servers and database have.</summary>
public static class FigureServices
{
    /// <summary>Adds them.</summary>
    public static IServiceCollection AddPortalFigures(this IServiceCollection services)
    {
        services.AddSingleton<IPortalFigures, TftpFigures>();
        services.AddSingleton<IPortalFigures, TransferFigures>();
        services.AddSingleton<IPortalFigures, ProbeFigures>();
        services.AddSingleton<IPortalFigures, StateFigures>();
        services.AddSingleton<IPortalFigures, SshFigures>();
        services.AddSingleton<EventFigures>();
        services.AddSingleton<IPortalFigures>(provider => provider.GetRequiredService<EventFigures>());
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<EventFigures>());
        return services;
    }
}
