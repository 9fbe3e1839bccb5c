using LinboPortal.Infrastructure;
using LinboPortal.Monitoring.Logs;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace LinboPortal.Accounts;

/// <summary>Tells on the console where the portal is and, the first time, how to get in. Not in the log: the code is a secret.</summary>
internal sealed class Welcome(
    IServer server, FirstAccount first, IOptions<PortalOptions> portal, IOptions<LogsOptions> logs, IHostApplicationLifetime lifetime) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(Print);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Print()
    {
        if (server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is not { } bound)
            return;
        var address = bound.Replace("0.0.0.0", portal.Value.ServerAddress, StringComparison.Ordinal)
            .Replace("[::]", portal.Value.ServerAddress, StringComparison.Ordinal).TrimEnd('/');
        var console = logs.Value.IsJson ? Console.Error : Console.Out; // stdout has one JSON object a line and nothing else
        console.WriteLine();
        console.WriteLine($"LinboPortal runs at {address}");
        if (first.Code is { } code)
        {
            console.WriteLine($"Setup code: {code}");
            console.WriteLine($"Open {address}/setup and enter it to make the first administrator.");
        }

        console.WriteLine();
    }
}
