using System.Diagnostics;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace LinboPortal.Infrastructure.Tests.Persistence;

public sealed class EmbeddedPostgresTests : IAsyncDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("linboportal-embedded-").FullName;
    private readonly PostgresCluster cluster;

    public EmbeddedPostgresTests() => cluster = new PostgresCluster(Path.Combine(directory, "postgres"), forTests: true);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private EmbeddedPostgres Embedded(PostgresCluster? of = null) =>
        new(of ?? cluster, Path.Combine(directory, "postgres.lock"), TimeProvider.System, NullLogger<EmbeddedPostgres>.Instance);

    [Fact]
    public async Task It_starts_and_stops_within_seconds()
    {
        await using var embedded = Embedded();
        await embedded.StartAsync(Ct);
        Assert.Equal(1, await QueryAsync("select 1"));

        var watch = Stopwatch.StartNew();
        await embedded.StopAsync();
        Assert.False(cluster.IsRunning());
        // One that waits for its clients to go would never end: this one has a connection in its pool.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, Wait.Limit);
    }

    [Fact]
    public async Task It_listens_on_no_network_and_its_socket_is_closed_to_others()
    {
        await using var embedded = Embedded();
        await embedded.StartAsync(Ct);

        Assert.Equal("", await QueryAsync("select current_setting('listen_addresses')"));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(cluster.SocketDirectory));
        Assert.False((bool)(await QueryAsync("select rolsuper from pg_roles where rolname = current_user"))!);
    }

    [Fact]
    public async Task A_cluster_that_a_killed_portal_left_running_is_taken_over()
    {
        await cluster.StartAsync(Ct); // nobody holds the lock: as after kill -9 of the portal
        await QueryAsync("create table kept (n int)");
        var process = cluster.ProcessId();

        await using var embedded = Embedded();
        await embedded.StartAsync(Ct);
        Assert.Equal(process, cluster.ProcessId());
        Assert.Equal(0L, await QueryAsync("select count(*) from kept"));

        await embedded.StopAsync();
        Assert.False(cluster.IsRunning());
    }

    [Fact]
    public async Task A_cluster_that_was_killed_with_the_portal_recovers()
    {
        await cluster.StartAsync(Ct);
        await QueryAsync("create table kept (n int); insert into kept values (7)");
        await KillAsync();

        await using var embedded = Embedded();
        await embedded.StartAsync(Ct);
        Assert.Equal(7, await QueryAsync("select n from kept"));
    }

    [Fact]
    public async Task A_left_behind_server_that_still_recovers_is_waited_for()
    {
        await cluster.StartAsync(Ct);
        await QueryAsync("create table kept as select n from generate_series(1, 200000) n");
        NpgsqlConnection.ClearAllPools();
        // One process of the server dies of a crash: the postmaster ends all others and recovers, and refuses connections meanwhile.
        var child = int.Parse(
            File.ReadAllText($"/proc/{cluster.ProcessId()}/task/{cluster.ProcessId()}/children").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        Process.GetProcessById(child).Kill();

        await using var embedded = Embedded();
        await embedded.StartAsync(Ct);

        Assert.Equal(200000L, await QueryAsync("select count(*) from kept"));
    }

    [Fact]
    public async Task A_server_that_dies_while_the_portal_runs_is_started_again()
    {
        await using var embedded = Embedded();
        await embedded.StartAsync(Ct);
        await QueryAsync("create table kept (n int); insert into kept values (7)");
        await KillAsync();

        Assert.Equal(7, await EventuallyAsync("select n from kept"));
    }

    [Fact]
    public async Task A_pid_file_whose_number_another_program_got_does_not_stop_the_start()
    {
        await cluster.StartAsync(Ct);
        await KillAsync();
        var file = Path.Combine(directory, "postgres", "cluster", "postmaster.pid");
        string[] lines = [Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture), .. (await File.ReadAllLinesAsync(file, Ct))[1..]];
        await File.WriteAllLinesAsync(file, lines, Ct);

        await using var embedded = Embedded();
        await embedded.StartAsync(Ct);
        Assert.Equal(1, await QueryAsync("select 1"));
    }

    [Fact]
    public async Task A_second_process_uses_the_running_cluster_and_leaves_it_running()
    {
        await using var portal = Embedded();
        await portal.StartAsync(Ct);

        await using (var command = Embedded())
            await command.StartAsync(Ct);
        Assert.True(cluster.IsRunning());
    }

    [Fact]
    public async Task Two_that_start_at_once_on_a_new_directory_both_reach_it()
    {
        await using var one = Embedded();
        await using var two = Embedded();
        await Task.WhenAll(one.StartAsync(Ct), two.StartAsync(Ct));
        Assert.Equal(1, await QueryAsync("select 1"));
    }

    [Fact]
    public void A_path_too_long_for_a_socket_gets_a_short_one()
    {
        var deep = new PostgresCluster("/" + string.Join('/', Enumerable.Repeat("a-long-directory-name", 8)));
        Assert.StartsWith("/tmp/linboportal-", deep.SocketDirectory, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_socket_directory_that_somebody_else_may_enter_is_refused()
    {
        Directory.CreateDirectory(cluster.SocketDirectory);
        File.SetUnixFileMode(cluster.SocketDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        var refusal = await Assert.ThrowsAsync<PostgresUnavailableException>(() => cluster.StartAsync(Ct));
        Assert.Contains(cluster.SocketDirectory, refusal.Message, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (Directory.Exists(Path.Combine(directory, "postgres", "cluster")))
            await cluster.StopAsync(CancellationToken.None);
        Directory.Delete(directory, recursive: true);
    }

    private async Task<object?> QueryAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(cluster.ConnectionString() + ";Pooling=false");
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Ct);
    }

    private Task<object> EventuallyAsync(string sql) => Wait.ForAsync("the database answers again", async () =>
    {
        try
        {
            return await QueryAsync(sql);
        }
        catch (NpgsqlException)
        {
            return null;
        }
    });

    private async Task KillAsync()
    {
        using var server = Process.GetProcessById(cluster.ProcessId()!.Value);
        server.Kill();
        await Wait.UntilAsync("PostgreSQL is dead", () => !cluster.IsRunning());
    }
}
