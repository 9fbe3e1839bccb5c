using LinboPortal.Infrastructure.Boot;
using LinboPortal.Infrastructure.Distribution;
using LinboPortal.Infrastructure.LinboTree;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LinboPortal.Benchmarks;

/// <summary>Our own servers, each as a process of its own, so that its CPU time and memory can be told from the load's.</summary>
internal static class Servers
{
    public static async Task<int> TftpAsync(string directory)
    {
        var options = new TftpOptions { Port = 69, MaxSessionsPerAddress = 1000 };
        using var server = new TftpServer(
            new LinboTree(directory, directory, directory), _ => { }, Options.Create(options), TimeProvider.System, NullLogger<TftpServer>.Instance);
        await server.StartAsync(CancellationToken.None);
        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    public static async Task<int> HttpAsync(string directory)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:8081");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(StraightOutput.UseStraightOutput));
        var app = builder.Build();
        LinboFileEndpoint.MapLinboFiles(app, new LinboTree(directory, directory, directory), new BootHttpAccess(new BootHttpOptions()), _ => { }, TimeProvider.System);
        await app.RunAsync();
        return 0;
    }
}
