using System.Diagnostics;
using LinboPortal.Core.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LinboPortal.Tests.Hosts;

public sealed class ImportNewsTests(PortalFactory portal) : IClassFixture<PortalFactory>
{
    private static readonly TimeSpan Patience = 2 * Wait.Limit;

    [Fact]
    public async Task A_running_portal_hears_of_an_import_by_the_command_line()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        using var told = portal.Services.GetRequiredService<PortalEvents>().Subscribe();
        var directory = Directory.CreateDirectory(Path.Combine(portal.DataDirectory, "old-server"));
        await File.WriteAllTextAsync(
            Path.Combine(directory.FullName, "devices.csv"), "r1;pc1;lab1;52:54:00:00:00:01;10.1.0.1\nr1;pc2;lab1;52:54:00:00:00:02;10.1.0.2\n", limit.Token);
        await ListeningAsync(limit.Token);

        using var import = Process.Start(Command(directory.FullName))!;
        var output = await import.StandardOutput.ReadToEndAsync(limit.Token);
        await import.WaitForExitAsync(limit.Token);
        Assert.True(import.ExitCode == 0, output);
        PortalEvent heard;
        do
            heard = await told.Reader.ReadAsync(limit.Token);
        while (heard is not PortalEvent.HostsImported);
        Assert.Equal(new PortalEvent.HostsImported(2, 0, 0), heard);
    }

    private async Task ListeningAsync(CancellationToken ct)
    {
        await using var db = await portal.Databases.CreateDbContextAsync(ct);
        await Wait.UntilAsync("the portal listens for imports", async () => await db.Database.SqlQuery<bool>(
            $"select exists (select 1 from pg_stat_activity where datname = current_database() and query = 'listen portal_imported') as \"Value\"").SingleAsync(ct));
    }

    private ProcessStartInfo Command(string directory)
    {
        using var db = portal.Databases.CreateDbContext();
        return new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, "import", directory, "--apply"])
        {
            RedirectStandardOutput = true,
            Environment =
            {
                ["ConnectionStrings__Portal"] = db.Database.GetConnectionString(),
                ["Portal__DataDirectory"] = portal.DataDirectory,
                ["Portal__ServerAddress"] = "127.0.0.1",
            },
        };
    }
}
