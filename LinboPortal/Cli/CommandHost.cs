using LinboPortal.Infrastructure.Persistence;
using Microsoft.Extensions.Options;

namespace LinboPortal.Cli;

/// <summary>
/// The services of the portal for a command: with its settings and its database, without its servers. Where the portal runs already, its
/// embedded database is used and left running.
/// </summary>
internal static class CommandHost
{
    /// <summary>Runs <paramref name="work"/>; says in one line what is wrong with settings or database.</summary>
    /// <param name="settings">Arguments as the portal takes them.</param>
    /// <param name="add">The slices that the command needs, the foundation aside.</param>
    /// <param name="work">What to do; gives back the exit code.</param>
    /// <param name="ct">Ctrl-C.</param>
    public static async Task<int> RunAsync(
        IEnumerable<string> settings, Action<WebApplicationBuilder> add, Func<IServiceProvider, CancellationToken, Task<int>> work, CancellationToken ct)
    {
        var builder = Create(settings);
        add(builder);
        await using var app = builder.Build();
        DatabaseStart? database = null;
        try
        {
            database = app.Services.GetServices<IHostedService>().OfType<DatabaseStart>().Single();
            await database.StartAsync(ct);
            return await work(app.Services, ct);
        }
        catch (Exception e) when (e is OptionsValidationException or PostgresUnavailableException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        finally
        {
            if (database is not null)
                await database.StopAsync(CancellationToken.None); // what was started for the command must not stay
        }
    }

    /// <summary>The foundation, silent: a command's output is its own.</summary>
    public static WebApplicationBuilder Create(IEnumerable<string> settings)
    {
        var builder = WebApplication.CreateBuilder([.. settings]);
        builder.AddFoundation();
        builder.Logging.ClearProviders();
        return builder;
    }
}
