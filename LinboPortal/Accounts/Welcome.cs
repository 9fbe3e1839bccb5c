using LinboPortal.Infrastructure;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace LinboPortal.Accounts;

/// <summary>Tells on the console where the portal is and, the first time, how to get in. Not in the log: the code is a secret.</summary>
internal sealed class Welcome(IServer server, FirstAccount first, IOptions<PortalOptions> portal, IHostApplicationLifetime lifetime) : IHostedService
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
        Console.Out.WriteLine();
        Console.Out.WriteLine($"LinboPortal runs at {address}");
        if (first.Code is { } code)
        {
            Console.Out.WriteLine($"Setup code: {code}");
            Console.Out.WriteLine($"Open {address}/setup and enter it to make the first administrator.");
        }

        Console.Out.WriteLine();
    }
}
